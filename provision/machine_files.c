/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that a machine's disks really have, before any of them is deleted. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/back_off.h"
#include "common/buf.h"
#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/volume.h"
#include "provision/domain_settled.h"
#include "provision/host_line.h"
#include "provision/host_use.h"
#include "provision/machine_files.h"
#include "provision/machine_xml.h"
#include "provision/storage_making.h"
#include "provision/storage_probe.h"

/* A volume of the machine that exists. */
struct own_file {
	char *path, *pool, *name;
	bool is_left; /* it stays after all */
};

enum { CHAIN_MAX = 256 /* files below each other */ };

struct path_list {
	char **items;
	size_t count, capacity;
};

static void path_list_free(struct path_list *paths)
{
	array_foreach(path, paths)
		free(*path);
	free(paths->items);
}

struct claim {
	struct host *host;
	virDomainPtr domain;
	struct metadata *metadata;
	char *machine; /* its name */
	char uuid[VIR_UUID_STRING_BUFLEN];
	bool active;
	struct domain_disks disks; /* as it runs, and as it starts the next time */
	char *root_path;	   /* where its own disk should be; NULL: has none */
	ARRAY(struct own_file) own;
};

static void claim_free(struct claim *claim)
{
	array_foreach(file, &claim->own) {
		free(file->path);
		free(file->pool);
		free(file->name);
	}
	free(claim->own.items);
	free(claim->root_path);
	free(claim->machine);
	domain_disks_free(&claim->disks);
}

static virConnectPtr connection_of(const struct claim *claim)
{
	return host_line(claim->host)->connection;
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash > path ? mem_substring(path, (size_t)(slash - path)) : NULL;
}

static virStoragePoolPtr pool_at(virConnectPtr connection, const char *path)
{
	CLEANUP(free_ptr) char *folder = folder_of(path);

	return folder ? virStoragePoolLookupByTargetPath(connection, folder) : NULL;
}

enum file_look { FILE_IN_NO_POOL, FILE_IS_GONE, FILE_IS_VOLUME };

/* A pool that can't be refreshed is none. */
static enum file_look file_look(virConnectPtr connection, const char *path,
				virStorageVolPtr *volume)
{
	CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr pool = NULL;
	struct back_off back_off = {0};

	*volume = virStorageVolLookupByPath(connection, path);
	if (*volume)
		return FILE_IS_VOLUME;
	pool = pool_at(connection, path);
	if (!pool || virStoragePoolIsActive(pool) != 1)
		return FILE_IN_NO_POOL;
	while (virStoragePoolRefresh(pool, 0) < 0)
		if (!virt_is_busy() || !back_off_wait(&back_off))
			return FILE_IN_NO_POOL;
	*volume = virStorageVolLookupByPath(connection, path);
	return *volume ? FILE_IS_VOLUME : FILE_IS_GONE;
}

virStorageVolPtr machine_file_volume(virConnectPtr connection, const char *path)
{
	virStorageVolPtr volume;

	file_look(connection, path, &volume);
	return volume;
}

static int disks_read(virDomainPtr domain, unsigned int flags, struct domain_disks *disks,
		      struct error *error)
{
	CLEANUP(free_ptr) char *text = virDomainGetXMLDesc(domain, flags);
	CLEANUP(xml_free) struct xml xml = {0};

	if (!text)
		return virt_error(error, "can't read the domain");
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return -1;
	domain_disks_read(&xml, disks);
	return 0;
}

static int block_jobs_check(const struct claim *claim, struct error *error)
{
	array_foreach(disk, &claim->disks.list) {
		virDomainBlockJobInfo job;

		if (!claim->active || !*disk->target)
			continue;
		if (disk->has_mirror ||
		    virDomainGetBlockJobInfo(claim->domain, disk->target, &job, 0) == 1)
			return error_set(error,
					 "a block job is under way on disk %s; let it "
					 "end, or end it (virsh blockjob %s %s --abort)",
					 disk->target, claim->machine, disk->target);
	}
	return 0;
}

static struct own_file *own_find(const struct claim *claim, const char *path)
{
	array_foreach(file, &claim->own) {
		if (!strcmp(file->path, path))
			return file;
	}
	return NULL;
}

static void own_add(struct claim *claim, const char *path, const char *pool,
		    const char *name)
{
	*array_add(&claim->own) = (struct own_file){
		.path = mem_string(path),
		.pool = mem_string(pool),
		.name = mem_string(name),
	};
}

static char *pool_folder(virStoragePoolPtr pool)
{
	CLEANUP(free_ptr) char *text = virStoragePoolGetXMLDesc(pool, 0);
	CLEANUP(xml_free) struct xml xml = {0};

	if (!text || xml_parse(&xml, text, strlen(text), NULL) < 0)
		return NULL;
	return xml_string(&xml, NULL, "/pool/target/path");
}

static int named_read(struct claim *claim, const struct metadata_volume *named,
		      struct error *error)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(connection_of(claim),
							    named->pool);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	CLEANUP(free_ptr) char *path = NULL;
	CLEANUP(free_ptr)
	char *disk = mem_format("%s%s", claim->machine, MACHINE_DISK_SUFFIX);

	if (!pool)
		return virt_error(error, "pool %s", named->pool);
	volume = virStorageVolLookupByName(pool, named->name);
	if (!volume && virt_error_code() != VIR_ERR_NO_STORAGE_VOL)
		return virt_error(error, "volume %s", named->name);
	if (volume)
		path = virStorageVolGetPath(volume);
	if (path)
		own_add(claim, path, named->pool, named->name);
	if (strcmp(named->name, disk) || claim->root_path)
		return 0;
	if (path) {
		claim->root_path = mem_string(path);
	} else {
		CLEANUP(free_ptr) char *folder = pool_folder(pool);

		claim->root_path = mem_format("%s/%s", folder ? folder : "", disk);
	}
	return 0;
}

static void volume_claim(struct claim *claim, const char *path, const char *pool,
			 const char *name)
{
	struct metadata_volume *volume = array_add(&claim->metadata->volumes);

	own_add(claim, path, pool, name);
	volume->pool = mem_string(pool);
	volume->name = mem_string(name);
}

/* Whether it was claimed: an overlay on a file of ours. */
static bool snapshot_file_claim(struct claim *claim, const char *path)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;
	CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr pool = NULL;
	CLEANUP(volume_free) struct volume volume = {0};

	if (domain_disks_use(&claim->disks, path) || own_find(claim, path))
		return false;
	handle = machine_file_volume(connection_of(claim), path);
	pool = handle ? virStoragePoolLookupByVolume(handle) : NULL;
	if (!pool || volume_read(handle, &volume, NULL) < 0 || !volume.backing_path ||
	    !own_find(claim, volume.backing_path))
		return false;
	volume_claim(claim, path, virStoragePoolGetName(pool), volume.name);
	return true;
}

static int snapshot_read(virDomainSnapshotPtr snapshot, struct path_list *paths,
			 struct error *error)
{
	static const char files[] = "/domainsnapshot/disks/disk[@snapshot='external']"
				    "/source/@file";
	CLEANUP(free_ptr) char *text = virDomainSnapshotGetXMLDesc(snapshot, 0);
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr nodes = NULL;

	if (!text && virt_error_code() == VIR_ERR_NO_DOMAIN_SNAPSHOT)
		return 0;
	if (!text)
		return virt_error(error, "can't read a snapshot");
	if (xml_parse(&xml, text, strlen(text), error) < 0)
		return error_context(error, "a snapshot");
	nodes = xml_nodes(&xml, NULL, files);
	xml_foreach(node, nodes) * array_add(paths) = xml_string(&xml, node, ".");
	return 0;
}

static int snapshots_read(virDomainPtr domain, struct path_list *paths,
			  struct error *error)
{
	virDomainSnapshotPtr *snapshots = NULL;
	int status = 0, count = virDomainListAllSnapshots(domain, &snapshots, 0);

	if (count < 0 && virt_error_code() == VIR_ERR_NO_SUPPORT)
		return 0;
	if (count < 0)
		return virt_error(error, "can't list the snapshots");
	for (int i = 0; i < count; i++) {
		if (status == 0)
			status = snapshot_read(snapshots[i], paths, error);
		virDomainSnapshotFree(snapshots[i]);
	}
	free(snapshots);
	return status;
}

/* A file that a snapshot has made may be left when the disk is merged or copied. They
 * come in any order, so until none is an overlay on one of ours. */
static int snapshots_claim(struct claim *claim, struct error *error)
{
	CLEANUP(path_list_free) struct path_list paths = {0};
	bool found;

	if (snapshots_read(claim->domain, &paths, error) < 0)
		return -1;
	do {
		found = false;
		array_foreach(path, &paths)
			found = snapshot_file_claim(claim, *path) || found;
	} while (found);
	return 0;
}

static int claim_read(struct claim *claim, struct error *error)
{
	claim->machine = mem_string(virDomainGetName(claim->domain));
	virDomainGetUUIDString(claim->domain, claim->uuid);
	claim->active = virDomainIsActive(claim->domain) == 1;
	if (domain_settled_check(claim->domain, error) < 0 ||
	    disks_read(claim->domain, 0, &claim->disks, error) < 0 ||
	    (claim->active && disks_read(claim->domain, VIR_DOMAIN_XML_INACTIVE,
					 &claim->disks, error) < 0) ||
	    block_jobs_check(claim, error) < 0)
		return -1;
	array_foreach(named, &claim->metadata->volumes) {
		if (named_read(claim, named, error) < 0)
			return -1;
	}
	return snapshots_claim(claim, error);
}

/* The files below that libvirt lists for a guest that runs, and the pools know else. */
static void chain_complete(struct domain_disk *disk, const struct volume_use *use)
{
	const struct volume_use_file *file;

	for (size_t depth = 0; disk->chain.count && depth <= use->files.count; depth++) {
		file = volume_use_file_find(use,
					    disk->chain.items[disk->chain.count - 1]);
		if (!file || !file->backing_path ||
		    domain_disk_uses(disk, file->backing_path))
			return;
		*array_add(&disk->chain) = mem_string(file->backing_path);
	}
}

/* How many of the disk's files are over the lowest that is our own. */
static size_t snapshots_count(const struct claim *claim, const struct domain_disk *disk)
{
	for (size_t i = disk->chain.count; i > 0; i--)
		if (own_find(claim, disk->chain.items[i - 1]))
			return i - 1;
	return 0;
}

/* Files over our own are ours, unless no pool can delete them. */
static void disk_claim(struct claim *claim, const struct domain_disk *disk,
		       struct buf *strays)
{
	for (size_t i = snapshots_count(claim, disk); i-- > 0;) {
		const char *path = disk->chain.items[i];
		CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
		CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr pool = NULL;
		enum file_look look;

		if (own_find(claim, path) || strstr(buf_text(strays), path))
			continue;
		look = file_look(connection_of(claim), path, &volume);
		pool = volume ? virStoragePoolLookupByVolume(volume) : NULL;
		if (pool)
			volume_claim(claim, path, virStoragePoolGetName(pool),
				     virStorageVolGetName(volume));
		else if (look == FILE_IN_NO_POOL)
			buf_format(strays, "%s%s", strays->size ? ", " : "", path);
	}
}

static int disks_claim(struct claim *claim, const struct volume_use *use,
		       struct error *error)
{
	CLEANUP(buf_free) struct buf strays = {0};
	CLEANUP(free_ptr) char *folder = NULL;

	array_foreach(disk, &claim->disks.list) {
		chain_complete(disk, use);
		disk_claim(claim, disk, &strays);
	}
	if (!strays.size)
		return 0;
	folder = folder_of(buf_text(&strays));
	return error_set(error,
			 "snapshots of its disk are in no active pool, nothing is "
			 "deleted: %s (virsh pool-create-as NAME dir --target %s makes "
			 "it a pool)",
			 buf_text(&strays), folder ? folder : "DIRECTORY");
}

static bool has_own_file(const struct claim *claim, const struct domain_disk *disk)
{
	array_foreach(path, &disk->chain) {
		if (own_find(claim, *path))
			return true;
	}
	return false;
}

/* A disk that was copied or renamed may hold all that the machine is. */
static int moved_check(const struct claim *claim, struct error *error)
{
	if (!claim->root_path || domain_disks_use(&claim->disks, claim->root_path))
		return 0;
	array_foreach(disk, &claim->disks.list) {
		if (!disk->is_writable || !disk->chain.count || has_own_file(claim, disk))
			continue;
		return error_set(
			error,
			"disk %s is %s, not %s as created; nothing is deleted. "
			"To keep that file, take it off first: virsh destroy %s; "
			"virsh detach-disk %s %s --config",
			disk->target, disk->chain.items[0], claim->root_path,
			claim->machine, claim->machine, disk->target);
	}
	return 0;
}

static int users_check(const struct claim *claim, struct volume_use *use,
		       struct error *error)
{
	CLEANUP(free_ptr) const char **paths = mem_zero(claim->own.count, sizeof(*paths));
	CLEANUP(free_ptr) char *users = NULL;

	for (size_t i = 0; i < claim->own.count; i++)
		paths[i] = claim->own.items[i].path;
	users = volume_use_find(use, paths, claim->own.count, claim->uuid);
	if (!users)
		return 0;
	return error_set(error, "its volumes are in use by %s; nothing is deleted",
			 users);
}

/* What one hypervisor shows. */
static int own_claim(struct claim *claim, struct error *error)
{
	struct volume_use *use;
	int status;

	if (host_use_hold(claim->host, &use, error) < 0)
		return -1;
	status = disks_claim(claim, use, error);
	if (status == 0)
		status = moved_check(claim, error);
	if (status == 0)
		status = users_check(claim, use, error);
	host_use_release(claim->host);
	return status;
}

/* Whether our volume is, or may be, the file of that path on another hypervisor. */
static bool may_be_same(const struct claim *claim, const struct own_file *file,
			virStoragePoolPtr other)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(connection_of(claim),
							    file->pool);
	CLEANUP(free_ptr) char *probe = mem_format(".%s.probe", claim->machine);

	return !pool || !other || storage_compare(pool, other, probe) != STORAGE_OTHER;
}

static const struct own_file *file_used(const struct claim *claim,
					const struct domain_disks *disks)
{
	array_foreach(file, &claim->own) {
		if (domain_disks_use(disks, file->path))
			return file;
	}
	return NULL;
}

/* A definition that does not run is what the machine itself has left there. */
static bool peer_is_left(const struct claim *claim, virDomainPtr domain)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "";

	virDomainGetUUIDString(domain, uuid);
	return !strcasecmp(uuid, claim->uuid) && virDomainIsActive(domain) != 1;
}

static int peer_domain_check(const struct claim *claim, struct host *peer,
			     const struct host_domain *found, struct error *error)
{
	const struct own_file *file = file_used(claim, &found->disks);
	virConnectPtr connection = host_line(peer)->connection;
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;
	CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr pool = NULL;

	if (!file)
		return 0;
	domain = virDomainLookupByUUIDString(connection, found->uuid);
	if (!domain && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return 0;
	if (domain && peer_is_left(claim, domain))
		return 0;
	pool = pool_at(connection, file->path);
	if (!may_be_same(claim, file, pool))
		return 0;
	return error_set(error,
			 "volume %s of pool %s is in use by machine %s on %s; nothing "
			 "is deleted",
			 file->name, file->pool, found->name, peer->config->name);
}

static int peers_check(const struct claim *claim, struct error *error)
{
	for (struct host *const *peer = claim->host->all; peer && *peer; peer++) {
		int status = 0;

		if (*peer == claim->host || !(*peer)->connection ||
		    host_is_same(*peer, claim->host))
			continue;
		array_foreach(domain, &(*peer)->domains) {
			if (status == 0)
				status = peer_domain_check(claim, *peer, domain, error);
		}
		host_line_give(*peer);
		if (status < 0)
			return -1;
	}
	return 0;
}

static bool is_drive(const struct claim *claim, const struct own_file *file)
{
	CLEANUP(free_ptr)
	char *first = mem_format("%s%s", claim->machine, MACHINE_DRIVE_SUFFIX);
	CLEANUP(free_ptr)
	char *second = mem_format("%s%s", claim->machine, MACHINE_DRIVE_SUFFIX_2);

	return !strcmp(file->name, first) || !strcmp(file->name, second);
}

/* While the guest runs here nobody else can have its disk. */
static int locks_check(const struct claim *claim, struct error *error)
{
	array_foreach(file, &claim->own) {
		CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;

		if (claim->active || file->is_left || is_drive(claim, file))
			continue;
		volume = machine_file_volume(connection_of(claim), file->path);
		if (!volume || storage_is_building(volume) || !storage_is_locked(volume))
			continue;
		return error_set(error,
				 "volume %s of pool %s is locked by a QEMU process, but "
				 "%s does not run on %s: does it run on another "
				 "hypervisor that has this storage? nothing is deleted",
				 file->name, file->pool, claim->machine,
				 claim->host->config->name);
	}
	return 0;
}

int machine_files_claim(struct host *host, virDomainPtr domain, struct metadata *metadata,
			struct error *error)
{
	CLEANUP(claim_free)
	struct claim claim = {.host = host, .domain = domain, .metadata = metadata};

	if (claim_read(&claim, error) < 0 || own_claim(&claim, error) < 0 ||
	    peers_check(&claim, error) < 0)
		return -1;
	return locks_check(&claim, error);
}

/* The pools in which the machine has its files where it runs. */
struct new_pools {
	ARRAY(virStoragePoolPtr) list;
	bool is_complete; /* all its files are in pools */
};

static void new_pools_free(struct new_pools *pools)
{
	array_foreach(pool, &pools->list)
		virStoragePoolFree(*pool);
	free(pools->list.items);
}

static void new_pool_add(virConnectPtr connection, const char *path,
			 struct new_pools *pools)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = machine_file_volume(connection, path);
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = volume ? virStoragePoolLookupByVolume(volume) : NULL;

	if (!pool) {
		pools->is_complete = false;
		return;
	}
	array_foreach(known, &pools->list) {
		if (!strcmp(virStoragePoolGetName(*known), virStoragePoolGetName(pool)))
			return;
	}
	*array_add(&pools->list) = TAKE(pool);
}

static int new_pools_find(struct host *new_host, const char *uuid,
			  struct new_pools *pools, struct error *error)
{
	virConnectPtr connection = host_line(new_host)->connection;
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = virDomainLookupByUUIDString(connection, uuid);
	CLEANUP(domain_disks_free) struct domain_disks disks = {0};

	if (!domain)
		return virt_error(error, "can't find it on %s", new_host->config->name);
	if (disks_read(domain, 0, &disks, error) < 0 ||
	    disks_read(domain, VIR_DOMAIN_XML_INACTIVE, &disks, error) < 0)
		return -1;
	pools->is_complete = true;
	array_foreach(disk, &disks.list) {
		array_foreach(path, &disk->chain)
			new_pool_add(connection, *path, pools);
	}
	return 0;
}

/* Whether a pool is not one of those, so that what is in it is not in use there. */
static bool pool_is_other(const struct claim *claim, const char *name,
			  const struct new_pools *pools)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(connection_of(claim), name);
	CLEANUP(free_ptr) char *probe = mem_format(".%s.probe", claim->machine);

	if (!pool || !pools->is_complete)
		return false;
	array_foreach(other, &pools->list) {
		if (storage_compare(pool, *other, probe) != STORAGE_OTHER)
			return false;
	}
	return true;
}

static void volume_leave(struct claim *claim, size_t index)
{
	const struct metadata_volume *volume = &claim->metadata->volumes.items[index];

	array_foreach(file, &claim->own) {
		if (!strcmp(file->pool, volume->pool) &&
		    !strcmp(file->name, volume->name))
			file->is_left = true;
	}
	metadata_volume_drop(claim->metadata, index);
}

/* Takes what may be in use by the machine out of what is deleted. */
static void shared_leave(struct claim *claim, const struct new_pools *pools)
{
	CLEANUP(free_ptr) char *last = NULL;
	bool is_other = false;

	for (size_t i = claim->metadata->volumes.count; i-- > 0;) {
		const char *pool = claim->metadata->volumes.items[i].pool;

		/* Most are in one pool. */
		if (!last || strcmp(last, pool)) {
			free(last);
			last = mem_string(pool);
			is_other = pool_is_other(claim, pool, pools);
		}
		if (!is_other)
			volume_leave(claim, i);
	}
}

int machine_files_claim_left(struct host *host, struct host *new_host,
			     virDomainPtr domain, struct metadata *metadata,
			     struct error *error)
{
	CLEANUP(claim_free)
	struct claim claim = {.host = host, .domain = domain, .metadata = metadata};
	CLEANUP(new_pools_free) struct new_pools pools = {0};
	int status;

	if (claim_read(&claim, error) < 0 || own_claim(&claim, error) < 0)
		return -1;
	status = new_pools_find(new_host, claim.uuid, &pools, error);
	if (status == 0)
		shared_leave(&claim, &pools);
	host_line_give(new_host);
	return status < 0 ? -1 : locks_check(&claim, error);
}

/* Appends what the pools know to be below the last of the disk's files. */
static void chain_follow(virConnectPtr connection, struct domain_disk *disk)
{
	for (;;) {
		CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;
		CLEANUP(volume_free) struct volume volume = {0};

		if (!disk->chain.count || disk->chain.count > CHAIN_MAX)
			return;
		handle = machine_file_volume(connection,
					     disk->chain.items[disk->chain.count - 1]);
		if (!handle || volume_read(handle, &volume, NULL) < 0 ||
		    !volume.backing_path)
			return;
		*array_add(&disk->chain) = TAKE(volume.backing_path);
	}
}

void machine_disk_free(struct machine_disk *disk)
{
	free(disk->target);
	free(disk->path);
	*disk = (struct machine_disk){0};
}

int machine_disk_find(virDomainPtr domain, const char *created_path,
		      struct machine_disk *disk, struct error *error)
{
	CLEANUP(domain_disks_free) struct domain_disks disks = {0};
	const struct domain_disk *root;

	if (disks_read(domain, 0, &disks, error) < 0)
		return -1;
	root = domain_disks_root(&disks, created_path);
	if (!root) {
		array_foreach(one, &disks.list)
			chain_follow(virDomainGetConnect(domain), one);
		root = domain_disks_root(&disks, created_path);
	}
	if (!root || !root->chain.count)
		return error_set(error, "none of its disks is %s, or an overlay on it",
				 created_path);
	disk->target = mem_string(root->target);
	disk->path = mem_string(root->chain.items[0]);
	return 0;
}

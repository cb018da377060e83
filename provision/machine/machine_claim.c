/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding all volumes of a machine before any is deleted; for machine_files.c. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "imagetool/pool_folder.h"
#include "imagetool/volume.h"
#include "provision/host/domain_settled.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_claim.h"
#include "provision/machine/machine_disk.h"
#include "provision/plan/machine_xml.h"
#include "provision/machine/volume_at.h"

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

void machine_claim_free(struct machine_claim *claim)
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

virConnectPtr machine_claim_connection(const struct machine_claim *claim)
{
	return host_connection(claim->host)->connection;
}

static int block_jobs_check(const struct machine_claim *claim, struct error *error)
{
	array_foreach(disk, &claim->disks.list) {
		CLEANUP(free_ptr) char *command = NULL;
		virDomainBlockJobInfo job;

		if (!claim->active || !*disk->target)
			continue;
		if (!disk->has_mirror &&
		    virDomainGetBlockJobInfo(claim->domain, disk->target, &job, 0) != 1)
			continue;
		command = virsh_text(claim->host->facts.uri, "blockjob", claim->machine,
				     disk->target, "--abort", NULL);
		return error_set(error,
				 "a block job is under way on disk %s; let it end, or "
				 "end it (%s)",
				 disk->target, command);
	}
	return 0;
}

struct machine_file *machine_claim_own(const struct machine_claim *claim,
				       const char *path)
{
	array_foreach(file, &claim->own) {
		if (!strcmp(file->path, path))
			return file;
	}
	return NULL;
}

static void own_add(struct machine_claim *claim, const char *path, const char *pool,
		    const char *name)
{
	*array_add(&claim->own) = (struct machine_file){
		.path = mem_string(path),
		.pool = mem_string(pool),
		.name = mem_string(name),
	};
}

static int named_read(struct machine_claim *claim, const struct metadata_volume *named,
		      struct error *error)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(
		machine_claim_connection(claim), named->pool);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	CLEANUP(free_ptr) char *path = NULL;
	CLEANUP(free_ptr)
	char *disk = machine_volume_name(claim->machine, MACHINE_VOLUME_DISK);

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
		CLEANUP(free_ptr) char *type = NULL;
		CLEANUP(free_ptr) char *folder = NULL;

		pool_folder_read(pool, &type, &folder, NULL);
		claim->root_path = mem_format("%s/%s", folder ? folder : "", disk);
	}
	return 0;
}

static void volume_claim(struct machine_claim *claim, const char *path, const char *pool,
			 const char *name)
{
	struct metadata_volume *volume = array_add(&claim->metadata->volumes);

	own_add(claim, path, pool, name);
	volume->pool = mem_string(pool);
	volume->name = mem_string(name);
}

/* The volume with that path and its pool, both NULL if it is in none; -1 if that could
 * not be asked. */
static int volume_look(const struct machine_claim *claim, const char *path,
		       virStorageVolPtr *volume, virStoragePoolPtr *pool,
		       enum volume_at *look, struct error *error)
{
	*look = volume_at_look(machine_claim_connection(claim), path, volume, error);
	if (*look == VOLUME_AT_UNKNOWN)
		return -1;
	*pool = *volume ? virStoragePoolLookupByVolume(*volume) : NULL;
	if (*volume && !*pool)
		return virt_error(error, "the pool of %s", path);
	return 0;
}

/* Claims the file if it is an overlay on one of the machine's own. 1 if it did. */
static int snapshot_file_claim(struct machine_claim *claim, const char *path,
			       struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;
	CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr pool = NULL;
	CLEANUP(volume_free) struct volume volume = {0};
	enum volume_at look;

	if (domain_disks_use(&claim->disks, path) || machine_claim_own(claim, path))
		return 0;
	if (volume_look(claim, path, &handle, &pool, &look, error) < 0)
		return -1;
	if (!pool || volume_read(handle, &volume, NULL) < 0 || !volume.backing_path ||
	    !machine_claim_own(claim, volume.backing_path))
		return 0;
	volume_claim(claim, path, virStoragePoolGetName(pool), volume.name);
	return 1;
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

/* Files of snapshots can be left when a disk is merged or copied. They are in any order,
 * so this repeats until no further one is an overlay on the machine's own. */
static int snapshots_claim(struct machine_claim *claim, struct error *error)
{
	CLEANUP(path_list_free) struct path_list paths = {0};
	bool found;

	if (snapshots_read(claim->domain, &paths, error) < 0)
		return -1;
	do {
		found = false;
		array_foreach(path, &paths) {
			int claimed = snapshot_file_claim(claim, *path, error);

			if (claimed < 0)
				return -1;
			found = claimed || found;
		}
	} while (found);
	return 0;
}

int machine_claim_read(struct machine_claim *claim, struct error *error)
{
	int active;

	claim->machine = mem_string(virDomainGetName(claim->domain));
	virDomainGetUUIDString(claim->domain, claim->uuid);
	active = virDomainIsActive(claim->domain);
	if (active < 0)
		return virt_error(error, "can't read the guest's state");
	claim->active = active == 1;
	if (domain_settled_check(claim->domain, error) < 0 ||
	    machine_disks_read(claim->domain, 0, &claim->disks, error) < 0 ||
	    (claim->active && machine_disks_read(claim->domain, VIR_DOMAIN_XML_INACTIVE,
						 &claim->disks, error) < 0) ||
	    block_jobs_check(claim, error) < 0)
		return -1;
	array_foreach(named, &claim->metadata->volumes) {
		if (named_read(claim, named, error) < 0)
			return -1;
	}
	return snapshots_claim(claim, error);
}

/* Completes a chain from the pools, as libvirt lists it only for running guests. */
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

/* How many of the disk's files are overlays on the lowest of the machine's own. */
static size_t snapshots_count(const struct machine_claim *claim,
			      const struct domain_disk *disk)
{
	for (size_t i = disk->chain.count; i > 0; i--)
		if (machine_claim_own(claim, disk->chain.items[i - 1]))
			return i - 1;
	return 0;
}

/* Claims overlays on the machine's own files, unless they are in no pool. */
static int disk_claim(struct machine_claim *claim, const struct domain_disk *disk,
		      struct buf *strays, struct error *error)
{
	for (size_t i = snapshots_count(claim, disk); i-- > 0;) {
		const char *path = disk->chain.items[i];
		CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
		CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr pool = NULL;
		enum volume_at look;

		if (machine_claim_own(claim, path) || strstr(buf_text(strays), path))
			continue;
		if (volume_look(claim, path, &volume, &pool, &look, error) < 0)
			return -1;
		if (pool)
			volume_claim(claim, path, virStoragePoolGetName(pool),
				     virStorageVolGetName(volume));
		else if (look == VOLUME_AT_NO_POOL)
			buf_format(strays, "%s%s", strays->size ? ", " : "", path);
	}
	return 0;
}

int machine_claim_disks(struct machine_claim *claim, const struct volume_use *use,
			struct error *error)
{
	CLEANUP(buf_free) struct buf strays = {0};
	CLEANUP(free_ptr) char *folder = NULL;
	CLEANUP(free_ptr) char *command = NULL;

	array_foreach(disk, &claim->disks.list) {
		chain_complete(disk, use);
		if (disk_claim(claim, disk, &strays, error) < 0)
			return -1;
	}
	if (!strays.size)
		return 0;
	folder = volume_at_folder(buf_text(&strays));
	command = virsh_text(claim->host->facts.uri, "pool-create-as", "NAME", "dir",
			     "--target", folder ? folder : "DIRECTORY", NULL);
	return error_set(error,
			 "snapshots of its disk are in no active pool, nothing is "
			 "deleted: %s (%s creates one)",
			 buf_text(&strays), command);
}

int machine_claim_users(const struct machine_claim *claim, struct volume_use *use,
			struct error *error)
{
	CLEANUP(free_ptr) const char **paths = mem_zero(claim->own.count, sizeof(*paths));
	CLEANUP(free_ptr) char *users = NULL;

	for (size_t i = 0; i < claim->own.count; i++)
		paths[i] = claim->own.items[i].path;
	users = volume_use_find(use, paths, claim->own.count, claim->uuid);
	return users ? error_set(error,
				 "its volumes are in use by %s; nothing is deleted",
				 users)
		     : 0;
}

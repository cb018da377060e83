/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking the files of a machine's disks before any of them is deleted. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "imagetool/storage_probe.h"
#include "provision/batch/machine_volume.h"
#include "provision/host/host_connection.h"
#include "provision/host/host_use.h"
#include "provision/machine/machine_claim.h"
#include "provision/machine/machine_disk.h"
#include "provision/machine/machine_files.h"
#include "provision/plan/machine_xml.h"
#include "provision/machine/volume_record.h"
#include "provision/machine/volume_at.h"

int machine_file_check(struct host *host, const char *path, const char *uuid,
		       struct error *error)
{
	CLEANUP(free_ptr) char *users = NULL;
	struct volume_use *use;

	if (host_use_hold(host, &use, error) < 0)
		return -1;
	users = volume_use_find(use, &path, 1, uuid);
	host_use_release(host);
	return users ? error_set(error, "%s is in use by %s", path, users) : 0;
}

static bool has_own_file(const struct machine_claim *claim,
			 const struct domain_disk *disk)
{
	array_foreach(path, &disk->chain) {
		if (machine_claim_own(claim, *path))
			return true;
	}
	return false;
}

static bool has_own_volume(const struct machine_claim *claim,
			   const struct domain_disk *disk)
{
	array_foreach(file, &claim->own) {
		if (text_equal(file->pool, disk->pool) &&
		    text_equal(file->name, disk->volume))
			return true;
	}
	return false;
}

/* Whether it was not created with the machine; a disk of type "volume" has no path. */
static bool is_foreign(const struct machine_claim *claim, const struct domain_disk *disk)
{
	if (!disk->is_writable)
		return false;
	if (disk->pool)
		return !has_own_volume(claim, disk);
	return disk->chain.count && !has_own_file(claim, disk);
}

static bool has_root(const struct machine_claim *claim)
{
	CLEANUP(free_ptr)
	char *name = machine_volume_name(claim->machine, MACHINE_VOLUME_DISK);

	array_foreach(volume, &claim->metadata->volumes) {
		if (!strcmp(volume->name, name) &&
		    domain_disks_use_volume(&claim->disks, volume->pool, name))
			return true;
	}
	return domain_disks_use(&claim->disks, claim->root_path);
}

/* A disk that was copied or renamed may have the machine's only data. */
static int moved_check(const struct machine_claim *claim, struct error *error)
{
	const char *uri = claim->host->facts.uri;

	if (!claim->root_path || has_root(claim))
		return 0;
	array_foreach(disk, &claim->disks.list) {
		CLEANUP(free_ptr) char *stop = NULL;
		CLEANUP(free_ptr) char *detach = NULL;
		CLEANUP(free_ptr) char *what = NULL;

		if (!is_foreign(claim, disk))
			continue;
		what = disk->pool ? mem_format("volume %s of pool %s", disk->volume,
					       disk->pool)
				  : mem_string(disk->chain.items[0]);
		stop = virsh_text(uri, "destroy", claim->machine, NULL);
		detach = virsh_text(uri, "detach-disk", claim->machine, disk->target,
				    "--config", NULL);
		return error_set(error,
				 "disk %s is %s, not %s as created; nothing is deleted. "
				 "To keep that file, take it off first: %s; %s",
				 disk->target, what, claim->root_path, stop, detach);
	}
	return 0;
}

/* Checks the users of the volumes on one hypervisor. */
static int own_claim(struct machine_claim *claim, struct error *error)
{
	struct volume_use *use;
	int status;

	host_use_refresh(claim->host);
	if (host_use_hold(claim->host, &use, error) < 0)
		return -1;
	status = machine_claim_disks(claim, use, error);
	if (status == 0)
		status = moved_check(claim, error);
	if (status == 0)
		status = machine_claim_users(claim, use, error);
	host_use_release(claim->host);
	return status;
}

/* Whether the machine's volume is, or may be, the file with that path on another
 * hypervisor. */
static bool may_be_same(const struct machine_claim *claim,
			const struct machine_file *file, virStoragePoolPtr other)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(
		machine_claim_connection(claim), file->pool);
	CLEANUP(free_ptr) char *probe = storage_probe_name(claim->machine);

	return storage_may_be_same(pool, other, probe);
}

static bool file_is_named(const struct machine_file *file,
			  const struct domain_disks *disks)
{
	return domain_disks_use(disks, file->path) ||
	       domain_disks_use_volume(disks, file->pool, file->name);
}

static bool any_file_is_named(const struct machine_claim *claim,
			      const struct domain_disks *disks)
{
	array_foreach(file, &claim->own) {
		if (file_is_named(file, disks))
			return true;
	}
	return false;
}

/* Whether a domain with these disks on another hypervisor has, or may have, the file: by
 * its path, or by the names of pool and volume. */
static bool file_is_used(const struct machine_claim *claim,
			 const struct machine_file *file,
			 const struct domain_disks *disks, virConnectPtr connection)
{
	CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr at_path = NULL;
	CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr named = NULL;

	if (domain_disks_use(disks, file->path)) {
		at_path = volume_at_pool(connection, file->path);
		if (may_be_same(claim, file, at_path))
			return true;
	}
	if (!domain_disks_use_volume(disks, file->pool, file->name))
		return false;
	named = virStoragePoolLookupByName(connection, file->pool);
	return may_be_same(claim, file, named);
}

/* Whether the domain is a leftover of the machine itself, which does not run. */
static bool peer_is_leftover(const struct machine_claim *claim, virDomainPtr domain)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "";

	virDomainGetUUIDString(domain, uuid);
	return !strcasecmp(uuid, claim->uuid) && virDomainIsActive(domain) == 0;
}

static int peer_domain_check(const struct machine_claim *claim, struct host *peer,
			     const struct facts_domain *found, struct error *error)
{
	virConnectPtr connection = host_connection(peer)->connection;
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	if (!any_file_is_named(claim, &found->disks))
		return 0;
	/* A domain that can't be looked up may use it. */
	if (host_domain_find(peer, found->uuid, &domain, NULL) == 0 &&
	    (!domain || peer_is_leftover(claim, domain)))
		return 0;
	array_foreach(file, &claim->own) {
		if (file_is_used(claim, file, &found->disks, connection))
			return error_set(error,
					 "volume %s of pool %s is in use by machine %s "
					 "on %s; nothing is deleted",
					 file->name, file->pool, found->name,
					 peer->config->name);
	}
	return 0;
}

static int peers_check(const struct machine_claim *claim, struct error *error)
{
	for (struct host *const *peer = claim->host->all; peer && *peer; peer++) {
		int status = 0;

		if (*peer == claim->host || !(*peer)->connection ||
		    facts_are_same(&(*peer)->facts, &claim->host->facts))
			continue;
		array_foreach(domain, &(*peer)->facts.domains) {
			if (status == 0)
				status = peer_domain_check(claim, *peer, domain, error);
		}
		host_connection_release(*peer);
		if (status < 0)
			return -1;
	}
	return 0;
}

/* While the guest runs here, QEMU's locks keep other processes from its disk. */
static int locks_check(const struct machine_claim *claim, struct error *error)
{
	array_foreach(file, &claim->own) {
		CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
		int locked;
		CLEANUP(free_ptr) char *probe = storage_probe_name(claim->machine);

		if (claim->active || file->is_kept ||
		    machine_volume_is_drive(claim->machine, file->name))
			continue;
		if (volume_at(machine_claim_connection(claim), file->path, &volume,
			      error) < 0)
			return -1;
		if (!volume || volume_is_building(volume))
			continue;
		locked = storage_is_locked(volume, probe, error);
		if (locked < 0)
			return error_context(error, "volume %s", file->name);
		if (!locked)
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
	CLEANUP(machine_claim_free)
	struct machine_claim claim = {
		.host = host, .domain = domain, .metadata = metadata};

	if (machine_claim_read(&claim, error) < 0 || own_claim(&claim, error) < 0 ||
	    peers_check(&claim, error) < 0)
		return -1;
	return locks_check(&claim, error);
}

/* The pools of the machine's files on the hypervisor that it runs on. */
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

static void new_pool_add(virStoragePoolPtr found, struct new_pools *pools)
{
	CLEANUP(virStoragePoolFree_ptr) virStoragePoolPtr pool = found;

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

static virStoragePoolPtr pool_at(virConnectPtr connection, const char *path)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;

	volume_at(connection, path, &volume, NULL);
	return volume ? virStoragePoolLookupByVolume(volume) : NULL;
}

static int new_pools_find(struct host *new_host, const char *uuid,
			  struct new_pools *pools, struct error *error)
{
	virConnectPtr connection = host_connection(new_host)->connection;
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = host_domain_open(new_host, uuid, error);
	CLEANUP(domain_disks_free) struct domain_disks disks = {0};

	if (!domain)
		return -1;
	if (machine_disks_read(domain, 0, &disks, error) < 0 ||
	    machine_disks_read(domain, VIR_DOMAIN_XML_INACTIVE, &disks, error) < 0)
		return -1;
	pools->is_complete = true;
	array_foreach(disk, &disks.list) {
		array_foreach(path, &disk->chain)
			new_pool_add(pool_at(connection, *path), pools);
		if (disk->pool)
			new_pool_add(virStoragePoolLookupByName(connection, disk->pool),
				     pools);
		else if (disk->is_writable && !disk->chain.count)
			pools->is_complete = false;
	}
	return 0;
}

/* Whether a pool is none of those, so that its volumes are not used there. */
static bool pool_is_other(const struct machine_claim *claim, const char *name,
			  const struct new_pools *pools)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(
		machine_claim_connection(claim), name);
	CLEANUP(free_ptr) char *probe = storage_probe_name(claim->machine);

	if (!pool || !pools->is_complete)
		return false;
	array_foreach(other, &pools->list) {
		if (storage_compare(pool, *other, probe) != STORAGE_OTHER)
			return false;
	}
	return true;
}

static void volume_leave(struct machine_claim *claim, size_t index)
{
	const struct metadata_volume *volume = &claim->metadata->volumes.items[index];

	array_foreach(file, &claim->own) {
		if (!strcmp(file->pool, volume->pool) &&
		    !strcmp(file->name, volume->name))
			file->is_kept = true;
	}
	metadata_volume_drop(claim->metadata, index);
}

/* Removes volumes that the machine may use from those to be deleted. */
static void shared_leave(struct machine_claim *claim, const struct new_pools *pools)
{
	CLEANUP(free_ptr) char *last = NULL;
	bool is_other = false;

	for (size_t i = claim->metadata->volumes.count; i-- > 0;) {
		const char *pool = claim->metadata->volumes.items[i].pool;

		/* Most volumes are in one pool. */
		if (!last || strcmp(last, pool)) {
			free(last);
			last = mem_string(pool);
			is_other = pool_is_other(claim, pool, pools);
		}
		if (!is_other)
			volume_leave(claim, i);
	}
}

int machine_files_claim_leftover(struct host *host, struct host *new_host,
				 virDomainPtr domain, struct metadata *metadata,
				 struct error *error)
{
	CLEANUP(machine_claim_free)
	struct machine_claim claim = {
		.host = host, .domain = domain, .metadata = metadata};
	CLEANUP(new_pools_free) struct new_pools pools = {0};
	int status;

	if (machine_claim_read(&claim, error) < 0 || own_claim(&claim, error) < 0)
		return -1;
	status = new_pools_find(new_host, claim.uuid, &pools, error);
	if (status == 0)
		shared_leave(&claim, &pools);
	host_connection_release(new_host);
	return status < 0 ? -1 : locks_check(&claim, error);
}

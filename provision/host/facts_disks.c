/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading what pools do not say of the disks of machines. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/volume.h"
#include "provision/batch/machine_volume.h"
#include "provision/host/facts_disks.h"

/* The disks of a machine. */
struct machine_disks {
	struct facts_domain *domain;
	virDomainPtr handle;
	/* Volumes that the pool does not list. */
	ARRAY(struct facts_volume) unlisted;
	bool are_old; /* the list of the pool may lack some */
	struct error error;
};

struct reading {
	struct host *host;
	bool is_open;
	ARRAY(struct machine_disks) machines;
};

/* Whether the domain's disk at that path exists; -1: not known. */
static int disk_exists(virDomainPtr domain, const char *path, uint64_t *capacity_bytes)
{
	virDomainBlockInfo info;

	if (virDomainGetBlockInfo(domain, path, &info, 0) == 0) {
		*capacity_bytes = info.capacity;
		return 1;
	}
	/* No such file; or no such disk, so that nothing needs the volume. */
	return virt_is_no_file() || virt_error_code() == VIR_ERR_INVALID_ARG ? 0 : -1;
}

static void volume_add(struct machine_disks *disks, const char *name,
		       uint64_t capacity_bytes)
{
	*array_add(&disks->unlisted) = (struct facts_volume){
		.name = mem_string(name), .capacity_bytes = capacity_bytes};
}

static void volume_look(const struct facts *facts, struct machine_disks *disks,
			const char *name)
{
	CLEANUP(free_ptr) char *path = NULL;
	uint64_t capacity_bytes = 0;
	int exists = -1;

	if (facts->root_pool.path) {
		path = mem_format("%s/%s", facts->root_pool.path, name);
		exists = disk_exists(disks->handle, path, &capacity_bytes);
	}
	if (exists > 0)
		volume_add(disks, name, capacity_bytes);
	else if (exists < 0)
		disks->are_old = true;
}

/*
 * A pool lists what it has seen last; another hypervisor that shares it may have created
 * the volumes of a machine that was migrated since. To refresh the pool would be a
 * change, as libvirt stops a pool whose refresh fails. QEMU says of a running guest's
 * disk that it exists even if it was deleted; so if none is listed, its pool is taken for
 * old.
 */
static void volumes_look(const struct facts *facts, struct machine_disks *disks)
{
	const struct facts_domain *domain = disks->domain;
	const struct metadata *metadata = &domain->metadata;
	size_t missing = 0;

	array_foreach(volume, &metadata->volumes)
		missing += !facts_volume_find(facts, volume->name);
	if (domain->active && missing < metadata->volumes.count)
		return;
	array_foreach(volume, &metadata->volumes) {
		if (!facts_volume_is_missing(facts, volume) ||
		    facts_volume_find(facts, volume->name))
			continue;
		if (domain->active)
			volume_add(disks, volume->name, 0);
		else
			volume_look(facts, disks, volume->name);
	}
}

/* The format of a machine's disk that it does not have any more, to attach it again. */
static void detached_read(struct host *host, const struct facts_domain *found)
{
	CLEANUP(free_ptr)
	char *name = machine_volume_name(found->name, MACHINE_VOLUME_DISK);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;
	CLEANUP(volume_free) struct volume volume = {0};

	array_foreach(known, &host->facts.volumes) {
		if (strcmp(known->name, name))
			continue;
		handle = virStorageVolLookupByName(host->root_pool, name);
		if (handle && volume_read(handle, &volume, NULL) == 0)
			known->format = TAKE(volume.format);
		return;
	}
}

/* The capacity of the file that the machine's disk writes to, if that is not the volume
 * created for it: a snapshot has added a file to its backing chain. */
static void overlay_read(struct host *host, struct machine_disks *disks)
{
	struct facts_domain *found = disks->domain;
	CLEANUP(free_ptr)
	char *path = machine_volume_path(host->facts.root_pool.path, found->name,
					 MACHINE_VOLUME_DISK);
	struct domain_disk *disk = domain_disks_root(&found->disks, path);
	virDomainBlockInfo info;

	if (!disk)
		detached_read(host, found);
	if (!disk || !disk->chain.count || !strcmp(disk->chain.items[0], path))
		return;
	if (virDomainGetBlockInfo(disks->handle, disk->target, &info, 0) == 0)
		disk->capacity_bytes = info.capacity;
	else if (virt_is_unasked())
		virt_error(&disks->error, "the size of disk %s of %s", disk->target,
			   found->name);
}

static void machine_read(void *data, size_t i)
{
	struct reading *reading = data;
	struct host *host = reading->host;
	struct machine_disks *disks = &reading->machines.items[i];
	const struct metadata *metadata = &disks->domain->metadata;

	if (reading->is_open && metadata->has_tools && metadata->state == METADATA_READY)
		volumes_look(&host->facts, disks);
	if (host->facts.root_pool.path)
		overlay_read(host, disks);
}

static void machine_take(struct host *host, struct machine_disks *disks,
			 struct error_list *errors)
{
	struct facts *facts = &host->facts;

	facts->volumes_are_old |= disks->are_old;
	array_foreach(volume, &disks->unlisted) {
		/* Copies of a domain name the same. */
		if (facts_volume_find(facts, volume->name))
			free(volume->name);
		else
			*array_add(&facts->volumes) = *volume;
	}
	free(disks->unlisted.items);
	if (disks->error.message)
		batch_hypervisor_error_take(host->config, "url", errors, &disks->error);
}

void facts_disks_read(struct host *host, bool is_open, const virDomainPtr *handles,
		      struct error_list *errors)
{
	struct reading reading = {.host = host, .is_open = is_open};
	struct facts *facts = &host->facts;

	for (size_t i = 0; i < facts->domains.count; i++) {
		struct facts_domain *domain = &facts->domains.items[i];

		if (domain->metadata.has_tools || domain->metadata.has_vmango)
			*array_add(&reading.machines) = (struct machine_disks){
				.domain = domain, .handle = handles[i]};
	}
	in_flight(&host->flight, reading.machines.count, machine_read, &reading);
	array_foreach(disks, &reading.machines)
		machine_take(host, disks, errors);
	free(reading.machines.items);
}

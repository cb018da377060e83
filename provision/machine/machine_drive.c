/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replacing the config drive of an existing machine. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/domain_disk.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_drive.h"
#include "provision/machine/machine_files.h"
#include "provision/batch/machine_hash.h"
#include "provision/machine/machine_metadata.h"
#include "provision/plan/machine_xml.h"
#include "provision/plan/orphan_text.h"
#include "provision/machine/volume_record.h"

/* The replacement of a config drive in progress. */
struct move {
	struct run *run;
	const struct change *change;
	virDomainPtr domain;
	char *domain_xml;
	char *old_name, *new_name, *old_path, *new_path;
};

static void move_free(struct move *move)
{
	free(move->domain_xml);
	free(move->old_name);
	free(move->new_name);
	free(move->old_path);
	free(move->new_path);
}

static bool is_running(virDomainPtr domain)
{
	return virDomainIsActive(domain) == 1;
}

/* Finds which of the two names the domain uses, and which is free. */
static int names_choose(struct move *move, struct error *error)
{
	static const enum machine_volume_kind kinds[] = {MACHINE_VOLUME_DRIVE,
							 MACHINE_VOLUME_DRIVE_2};
	const char *machine = move->change->name;
	const struct facts_pool *pool = &move->change->facts->root_pool;

	for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
		CLEANUP(free_ptr)
		char *path = machine_volume_path(pool->path, machine, kinds[i]);

		if (!domain_disk_has(move->domain_xml, strlen(move->domain_xml), path))
			continue;
		move->old_path = TAKE(path);
		move->old_name = machine_volume_name(machine, kinds[i]);
		move->new_name = machine_volume_name(machine, kinds[!i]);
		move->new_path = machine_volume_path(pool->path, machine, kinds[!i]);
		return 0;
	}
	return error_set(error, "no disk of the domain is its config drive");
}

static struct metadata_volume *volume_find(struct metadata *metadata, const char *name)
{
	array_foreach(volume, &metadata->volumes) {
		if (!strcmp(volume->name, name))
			return volume;
	}
	return NULL;
}

static struct metadata_volume *volume_name(struct metadata *metadata, const char *pool,
					   const char *name)
{
	struct metadata_volume *volume = array_add(&metadata->volumes);

	volume->pool = mem_string(pool);
	volume->name = mem_string(name);
	return volume;
}

static void volume_forget(struct metadata *metadata, const char *name)
{
	struct metadata_volume *volume = volume_find(metadata, name);

	if (volume)
		metadata_volume_drop(metadata,
				     (size_t)(volume - metadata->volumes.items));
}

/* Only a volume that the metadata name is deleted: complete, or partial after an
 * interrupted run. */
static int left_over_delete(const struct move *move, struct metadata *metadata,
			    struct error *error)
{
	const struct metadata_volume *named = volume_find(metadata, move->new_name);
	virStoragePoolPtr pool = host_connection(move->change->host)->root_pool;
	struct volume_record record = {.name = move->new_name};

	if (!named)
		return 0;
	if (machine_file_check(move->change->host, move->new_path, move->change->uuid,
			       error) < 0)
		return -1;
	record.capacity_bytes = record.image_bytes = named->capacity_bytes;
	if ((record.capacity_bytes
		     ? volume_record_delete(move->run, pool, &record, error)
		     : storage_delete(move->run, pool, move->new_name, error)) < 0)
		return -1;
	volume_forget(metadata, move->new_name);
	return 0;
}

static void name_taken(const struct move *move, struct error *error)
{
	CLEANUP(free_ptr)
	char *text = orphan_volume_text(&move->change->host->facts, move->new_name);

	error_set(error, "can't create the volume: %s", text);
}

static int drive_write(const struct move *move, struct metadata *metadata,
		       struct error *error)
{
	struct host *host = move->change->host;
	const struct host_connection *link = host_connection(host);
	CLEANUP(buf_free) struct buf image = {0};
	struct metadata_volume *volume;
	int status;

	metadata->instance_serial++;
	if (machine_drive_make(move->change, metadata->instance_serial, &image, error) <
		    0 ||
	    left_over_delete(move, metadata, error) < 0)
		return -1;
	volume = volume_name(metadata, host->config->root_pool, move->new_name);
	volume->capacity_bytes = volume->image_bytes = image.size;
	if (machine_metadata_store(move->run, move->domain, metadata, error) < 0)
		return -1;
	status = storage_write(move->run, link->connection, link->root_pool,
			       move->new_name, image.data, image.size, error);
	if (status == 0)
		return 0;
	if (status == STORAGE_NAME_TAKEN)
		name_taken(move, error);
	/* What was written has been deleted; a volume of another user stays. */
	volume_forget(metadata, move->new_name);
	machine_metadata_store(move->run, move->domain, metadata, NULL);
	return -1;
}

/* *released says whether the old volume is no longer used. */
static int drive_switch(const struct move *move, bool *released, struct error *error)
{
	CLEANUP(free_ptr)
	char *disk = domain_disk_moved(move->domain_xml, strlen(move->domain_xml),
				       move->old_path, move->new_path, error);

	*released = true;
	if (!disk)
		return -1;
	if (run_change(move->run, error) < 0)
		return -1;
	if (virDomainUpdateDeviceFlags(move->domain, disk, VIR_DOMAIN_AFFECT_CONFIG) < 0)
		return virt_error(error, "can't insert the config drive");
	if (is_running(move->domain) &&
	    virDomainUpdateDeviceFlags(move->domain, disk, VIR_DOMAIN_AFFECT_LIVE) < 0) {
		*released = false;
		run_note(move->run, move->change->name,
			 "config drive: takes effect at the next start");
	}
	return 0;
}

/* The volume in use is complete now, and comes before one that has to be deleted. */
static int old_delete(const struct move *move, bool released, struct metadata *metadata,
		      struct error *error)
{
	struct host *host = move->change->host;
	CLEANUP(error_free) struct error users = {0};

	volume_find(metadata, move->new_name)->capacity_bytes = 0;
	volume_forget(metadata, move->old_name);
	if (!released)
		volume_name(metadata, host->config->root_pool, move->old_name);
	else if (machine_file_check(host, move->old_path, move->change->uuid, &users) < 0)
		run_note(move->run, move->change->name, error_text(&users));
	else if (storage_delete(move->run, host_connection(host)->root_pool,
				move->old_name, error) < 0)
		return -1;
	return 0;
}

int machine_drive_replace(struct run *run, const struct change *change,
			  virDomainPtr domain, struct metadata *metadata,
			  struct error *error)
{
	CLEANUP(move_free)
	struct move move = {.run = run, .change = change, .domain = domain};
	bool released;

	move.domain_xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	if (!move.domain_xml)
		return virt_error(error, "can't read the domain");
	if (names_choose(&move, error) < 0 ||
	    run_step(run, change->name, "config drive", error) < 0 ||
	    drive_write(&move, metadata, error) < 0 ||
	    drive_switch(&move, &released, error) < 0 ||
	    old_delete(&move, released, metadata, error) < 0)
		return -1;
	free(metadata->drive_hash);
	metadata->drive_hash = machine_drive_hash(change->machine,
						  change->facts->config->config_drive);
	return 0;
}

/* The path of a volume that the metadata name, the caller's; NULL if it does not exist.
 * *failed says that this is not known. */
static char *volume_path(struct host *host, const struct metadata_volume *named,
			 bool *failed, struct error *error)
{
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(
		host_connection(host)->connection, named->pool);
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = pool ? virStorageVolLookupByName(pool, named->name)
				       : NULL;
	char *path = volume ? virStorageVolGetPath(volume) : NULL;

	if (!path && !virt_is_missing()) {
		virt_error(error, "%s", named->name);
		*failed = true;
	}
	return path;
}

/* The domain's config drive, and its former one if that still exists.
 */
static const struct metadata_volume *drives_find(const struct change *change,
						 const struct metadata_volume **before)
{
	CLEANUP(free_ptr)
	char *disk = machine_volume_name(change->name, MACHINE_VOLUME_DISK);
	const struct metadata_volume *drive = NULL;

	*before = NULL;
	array_foreach(volume, &change->domain->metadata.volumes) {
		if (!strcmp(volume->name, disk))
			continue;
		if (drive)
			*before = volume;
		else
			drive = volume;
	}
	return drive;
}

int machine_drive_settle(struct run *run, const struct change *change,
			 virDomainPtr domain, struct error *error)
{
	unsigned int flags = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_DEVICE_MODIFY_FORCE;
	const struct metadata_volume *before, *drive = drives_find(change, &before);
	CLEANUP(free_ptr) char *path = NULL;
	CLEANUP(free_ptr) char *old_path = NULL;
	CLEANUP(free_ptr) char *xml = NULL;
	CLEANUP(free_ptr) char *disk = NULL;
	bool failed = false;

	if (!before || !is_running(domain))
		return 0;
	path = volume_path(change->host, drive, &failed, error);
	old_path = failed ? NULL : volume_path(change->host, before, &failed, error);
	if (failed)
		return -1;
	xml = virDomainGetXMLDesc(domain, 0);
	if (!xml)
		return virt_error(error, "can't read the domain");
	if (!path || !old_path || !domain_disk_has(xml, strlen(xml), old_path))
		return 0;
	free(xml);
	xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	if (!xml)
		return virt_error(error, "can't read the domain");
	if (!domain_disk_has(xml, strlen(xml), path))
		return 0;
	disk = domain_disk_moved(xml, strlen(xml), path, path, error);
	if (!disk || run_step(run, change->name, "config drive", error) < 0)
		return -1;
	if (virDomainUpdateDeviceFlags(domain, disk, flags) < 0)
		return virt_error(error, "can't insert the config drive");
	return 0;
}

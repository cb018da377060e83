/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others have done to the disks of a machine, while their volumes exist. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virsh.h"
#include "provision/batch/machine_volume.h"
#include "provision/plan/plan_disks.h"

/* Its path in the root pool, the caller's; NULL: it has none there, or is not complete.
 */
static char *volume_path(const struct change *change,
			 const struct metadata_volume *volume)
{
	const struct facts_pool *pool = &change->facts->root_pool;

	if (!pool->path || strcmp(pool->name, volume->pool))
		return NULL;
	return mem_format("%s/%s", pool->path, volume->name);
}

/* A disk without a path, one of type volume for instance, may be any. */
static bool has_unknown(const struct domain_disks *disks)
{
	array_foreach(disk, &disks->list) {
		if (disk->is_writable && !disk->chain.count)
			return true;
	}
	return false;
}

/* The first volume of that kind if no disk has one of them by its path. */
static const struct metadata_volume *unused_find(const struct change *change,
						 bool is_drive)
{
	const struct metadata_volume *unused = NULL;

	array_foreach(volume, &change->domain->metadata.volumes) {
		CLEANUP(free_ptr) char *path = volume_path(change, volume);

		if (!path ||
		    machine_volume_is_drive(change->name, volume->name) != is_drive)
			continue;
		if (domain_disks_use(&change->domain->disks, path))
			return NULL;
		/* One that is being created is not attached yet. */
		if (!unused && !volume->capacity_bytes)
			unused = volume;
	}
	return unused;
}

/* The disk that has another file than the volume created for it; NULL: none. */
static const struct domain_disk *moved_find(const struct change *change,
					    const struct metadata_volume *volume)
{
	CLEANUP(free_ptr) char *path = volume_path(change, volume);

	return domain_disks_root(&change->domain->disks, path);
}

/* Whether it is defined with a config drive, and has none from another folder, as when
 * its pool was moved. */
static bool expects_drive(const struct change *change)
{
	array_foreach(disk, &change->domain->disks.list) {
		const char *slash = disk->chain.count ? strrchr(disk->chain.items[0], '/')
						      : NULL;

		if (slash && machine_volume_is_drive(change->name, slash + 1))
			return false;
	}
	return change->facts->config->config_drive != BATCH_DRIVE_NONE;
}

const struct metadata_volume *plan_disks_detached(const struct change *change,
						  bool is_drive)
{
	const struct domain_disks *disks = &change->domain->disks;
	const struct metadata_volume *unused = unused_find(change, is_drive);

	if (!unused)
		return NULL;
	if (is_drive)
		return expects_drive(change) ? unused : NULL;
	return !disks->list.count || has_unknown(disks) || moved_find(change, unused)
		       ? NULL
		       : unused;
}

/* The disk of the running guest with that file; NULL: none, or it does not run. */
static const struct hardware_disk *live_disk(const struct change *change,
					     const char *path)
{
	array_foreach(disk, &change->domain->live.disks) {
		if (change->domain->active && disk->path && text_equal(disk->path, path))
			return disk;
	}
	return NULL;
}

static void detached_add(struct change *change, const struct metadata_volume *volume,
			 const char *path)
{
	const struct facts_volume *found = facts_volume_find(change->facts, volume->name);
	const char *uri = facts_command_uri(change->facts);
	CLEANUP(free_ptr) char *command = NULL;
	CLEANUP(free_ptr) char *advice = NULL;

	if (found && found->format && *found->format) {
		command = virsh_text(uri, "attach-disk", change->name, path, "vda",
				     "--subdriver", found->format, "--config",
				     change->domain->active && !live_disk(change, path)
					     ? "--live"
					     : NULL,
				     NULL);
		advice = mem_format("; to attach it: %s", command);
	}
	change_fault_add(change, FAULT_DISK,
			 mem_format("its disk, volume %s/%s, is not attached%s",
				    volume->pool, volume->name, advice ? advice : ""))
		->stops = true;
}

static void moved_check(struct change *change)
{
	const struct metadata_volume *volume = unused_find(change, false);
	CLEANUP(free_ptr) char *path = volume ? volume_path(change, volume) : NULL;
	const struct domain_disk *disk = volume ? moved_find(change, volume) : NULL;

	if (disk && disk->chain.count)
		change_fault_add(change, FAULT_DISK,
				 mem_format("disk %s is %s, not %s as created",
					    disk->target, disk->chain.items[0], path))
			->is_harmless = true;
}

static void detached_check(struct change *change)
{
	const struct metadata_volume *volume = plan_disks_detached(change, false);
	CLEANUP(free_ptr) char *path = volume ? volume_path(change, volume) : NULL;

	if (volume && !facts_volume_is_missing(change->facts, volume))
		detached_add(change, volume, path);
}

static const struct domain_disk *disk_with(const struct facts_domain *domain,
					   const char *path)
{
	array_foreach(disk, &domain->disks.list) {
		if (disk->is_writable && disk->chain.count &&
		    !strcmp(disk->chain.items[0], path))
			return disk;
	}
	return NULL;
}

static void shared_check(struct change *change)
{
	CLEANUP(free_ptr)
	char *path = machine_volume_path(change->facts->root_pool.path, change->name,
					 MACHINE_VOLUME_DISK);

	if (!change->facts->root_pool.path || !disk_with(change->domain, path))
		return;
	array_foreach(other, &change->facts->domains) {
		const struct domain_disk *disk = disk_with(other, path);
		CLEANUP(free_ptr) char *command = NULL;

		if (!disk || other == change->domain)
			continue;
		command = virsh_text(facts_command_uri(change->facts), "detach-disk",
				     other->name, disk->target, "--config", NULL);
		change_fault_add(
			change, FAULT_SHARED,
			mem_format("domain %s has its disk %s too; to take it from "
				   "that: %s",
				   other->name, path, command));
	}
}

/* The first CD-ROM, which no floppy is; other read-only disks with a path may be
 * anything.
 */
static const struct domain_disk *drive_slot(const struct change *change)
{
	const struct domain_disk *slot = NULL;

	array_foreach(disk, &change->domain->disks.list) {
		if (disk->is_writable || !*disk->target ||
		    !strncmp(disk->target, "fd", 2))
			continue;
		if (!disk->chain.count)
			return disk;
		if (!slot)
			slot = disk;
	}
	return slot;
}

/* No CD-ROM is left for it, which a guest needs only at its first start. */
static void drive_detached_add(struct change *change,
			       const struct metadata_volume *volume, const char *path)
{
	const struct hardware_disk *live = live_disk(change, path);
	bool has_bus = live && live->target && live->bus;
	CLEANUP(free_ptr)
	char *command = virsh_text(facts_command_uri(change->facts), "attach-disk",
				   change->name, path, has_bus ? live->target : "sda",
				   "--targetbus", has_bus ? live->bus : "sata", "--type",
				   "cdrom", "--mode", "readonly", "--config", NULL);

	change_fault_add(change, FAULT_MEDIUM,
			 mem_format("its config drive, volume %s/%s, is not attached; to "
				    "attach it at the next start: %s",
				    volume->pool, volume->name, command))
		->is_harmless = true;
}

static void drive_check(struct change *change)
{
	const struct metadata_volume *volume = plan_disks_detached(change, true);
	CLEANUP(free_ptr) char *path = volume ? volume_path(change, volume) : NULL;
	const struct domain_disk *slot = volume ? drive_slot(change) : NULL;
	CLEANUP(free_ptr) char *command = NULL;
	struct change_fault *fault;

	if (!volume || !change->domain->disks.list.count)
		return;
	if (!slot) {
		drive_detached_add(change, volume, path);
		return;
	}
	if (!slot->chain.count) {
		fault = change_fault_add(
			change, FAULT_MEDIUM,
			mem_format("its config drive, volume %s/%s, has been "
				   "ejected from %s",
				   volume->pool, volume->name, slot->target));
		fault->is_restored = true;
		fault->volume = volume->name;
		fault->target = slot->target;
		return;
	}
	command = virsh_text(facts_command_uri(change->facts), "change-media",
			     change->name, slot->target, path, "--update", "--config",
			     NULL);
	change_fault_add(
		change, FAULT_MEDIUM,
		mem_format("CD-ROM %s has %s instead of its config drive, volume "
			   "%s/%s; to insert that at the next start: %s",
			   slot->target, slot->chain.items[0], volume->pool, volume->name,
			   command));
}

void plan_disks_check(struct change *change)
{
	detached_check(change);
	moved_check(change);
	shared_check(change);
	drive_check(change);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends a new image straight to its name, on a hypervisor elsewhere. */
#define _GNU_SOURCE
#include <stdio.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "imagetool/image_lock.h"
#include "imagetool/import_direct.h"
#include "imagetool/leftovers.h"
#include "imagetool/storage_probe.h"
#include "imagetool/volume.h"
#include "imagetool/volume_sync.h"

static int image_create(struct import_target *target)
{
	const char *id = target->job->id;

	snprintf(target->volume_name, sizeof(target->volume_name), "%s", id);
	target->volume = volume_create(target->pool.pool, id, &target->result.error);
	if (target->volume)
		return 0;
	/* The pool has not listed it. */
	if (storage_name_is_taken() && image_pool_refresh(&target->pool, NULL) == 0)
		import_target_check_existing(target);
	return -1;
}

/* With the lock held. */
static int volumes_create(struct import_target *target)
{
	const char *id = target->job->id;
	struct import_run run = import_target_run(target);
	struct error *error = &target->result.error;
	char mark[IMPORT_NAME_MAX + 1];

	import_name_format(IMPORT_MARK, &run, id, mark);
	target->mark = volume_create(target->pool.pool, mark, error);
	/* This import has it too, over another hypervisor with the same storage. */
	if (!target->mark && storage_name_is_taken())
		return error_set(error, "%s is being imported by another import", id);
	if (!target->mark)
		return -1;
	return image_create(target);
}

static int locked_begin(struct import_target *target, const struct image_lock *lock)
{
	struct import_result *result = &target->result;

	if (leftovers_finish(&target->pool, target->job->id, lock, &result->notes,
			     &result->error) < 0 ||
	    import_target_check_existing(target) < 0)
		return -1;
	return target->exists ? 0 : volumes_create(target);
}

/* The temporary volume that has shown that this machine is not the hypervisor. */
static int temporary_drop(struct import_target *target)
{
	if (target->volume && volume_delete(target->volume, &target->result.error) < 0)
		return -1;
	import_target_forget(target);
	return 0;
}

int import_direct_begin(struct import_target *target)
{
	struct import_run run = import_target_run(target);
	struct image_lock lock;
	uint64_t now_s;
	int status;

	if (temporary_drop(target) < 0 ||
	    image_lock_take(&target->pool, &run, target->job->id, true, &lock,
			    &target->result.error) < 0)
		return -1;
	status = locked_begin(target, &lock);
	now_s = lock.now_s;
	image_lock_release(&lock);
	if (status == 0)
		import_target_clear_leftovers(target, now_s);
	return status;
}

/* Whether another import has taken this one for dead, and its name. */
static bool is_lost(const struct import_target *target)
{
	virStorageVolInfo info;

	return virStorageVolGetInfo(target->mark, &info) < 0 &&
	       (volume_is_gone() || virt_is_no_file());
}

bool import_direct_check_lost(struct import_target *target)
{
	if (!target->mark || !is_lost(target))
		return false;
	import_target_forget(target);
	error_set(&target->result.error, "%s: another import has taken over",
		  target->job->id);
	return true;
}

/* The image is without its first bytes until the copy of the copy has them. */
static int copied_publish(struct import_target *target)
{
	const struct import_job *job = target->job;
	virStoragePoolPtr pool = target->pool.pool;
	struct error *error = &target->result.error;
	struct import_run run = import_target_run(target);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr source = NULL;
	struct volume_copy copy = {
		.pool = pool,
		.source = target->volume,
		.size_bytes = target->sent_bytes,
	};
	char temporary[IMPORT_NAME_MAX + 1];
	int status = -1;

	import_name_format(IMPORT_TEMPORARY, &run, NULL, temporary);
	if (volume_copy(&copy, temporary, error) == 0 &&
	    (source = volume_find(pool, temporary, error)) &&
	    volume_delete(target->volume, error) == 0) {
		copy.source = source;
		copy.head = &job->head;
		status = volume_copy(&copy, job->id, error);
	}
	if (source)
		volume_delete(source, NULL);
	return status;
}

static int synced_publish(struct import_target *target, const struct volume_sync *sync)
{
	if (volume_head_write(target->volume, &target->job->head, &target->result.error) <
	    0)
		return -1;
	/* Without them on the disk it is still no image that is damaged. */
	volume_sync_run(sync, NULL);
	return 0;
}

static int image_publish(struct import_target *target)
{
	const struct import_job *job = target->job;
	CLEANUP(free_ptr) char *path = mem_format("%s/%s", target->pool.path, job->id);
	CLEANUP(volume_sync_end) struct volume_sync sync = {0};
	CLEANUP(error_free) struct error error = {0};
	struct import_run run = import_target_run(target);
	char name[IMPORT_NAME_MAX + 1];

	import_name_format(IMPORT_SYNC, &run, job->id, name);
	if (volume_sync_begin(&sync, target->pool.pool, name, path, target->sent_bytes,
			      &error) == 0 &&
	    volume_sync_run(&sync, &error) == 0)
		return synced_publish(target, &sync);
	if (error.is_unasked)
		return error_move(&target->result.error, &error);
	error_list_add(&target->result.notes, "%s: %s: %s; it is copied instead",
		       target->result.place, job->id, error_text(&error));
	return copied_publish(target);
}

int import_direct_publish(struct import_target *target)
{
	const char *id = target->job->id;
	struct error *error = &target->result.error;
	int status;

	if (import_direct_check_lost(target))
		return -1;
	if (image_publish(target) < 0)
		return error_context(error, "can't publish %s", id);
	status = volume_delete(target->mark, error);
	/* From now on it may be in use. */
	import_target_forget(target);
	return status < 0 ? error_context(error, "can't remove the mark of %s", id) : 0;
}

void import_direct_undo(struct import_target *target)
{
	if (is_lost(target))
		return;
	if (target->volume && volume_delete(target->volume, NULL) < 0) {
		error_list_add(&target->result.notes,
			       "%s: can't remove %s: %s; the next import does",
			       target->result.place, target->volume_name,
			       virGetLastErrorMessage());
		return;
	}
	volume_delete(target->mark, NULL);
}

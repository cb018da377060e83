/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One hypervisor that an image is imported into. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/image_marks.h"
#include "imagetool/image_use.h"
#include "imagetool/import_target.h"
#include "imagetool/keep_alive.h"
#include "imagetool/leftovers.h"
#include "imagetool/pool_folder.h"
#include "imagetool/volume.h"

enum { FULL_BYTES = 1024 * 1024 }; /* with less than this to spare a disk is full */

int import_target_fail(struct import_target *target)
{
	target->failed = true;
	return error_context(&target->error, "%s", target->place);
}

struct import_run import_target_run(const struct import_target *target)
{
	return (struct import_run){target->job->owner, target->number};
}

/* An image of that name may be there, but then it is to be replaced and not in use. */
int import_target_check_existing(struct import_target *target)
{
	const char *id = target->job->id;
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;
	CLEANUP(volume_free) struct volume volume = {0};

	if (volume_look(target->pool.pool, id, &handle, &target->error) < 0)
		return -1;
	target->exists = handle;
	if (!handle)
		return 0;
	if (volume_read(handle, &volume, &target->error) < 0)
		return -1;
	target->refused = true;
	if (!target->job->replace)
		return error_set(&target->error,
				 "%s is there already (--replace replaces it)", id);
	if (image_use_refuse(target->connection, volume.path, id, &target->error) < 0)
		return -1;
	target->refused = false;
	return 0;
}

/* Whether an image of that name is what an import did not finish. */
static int is_marked(struct import_target *target)
{
	CLEANUP(image_marks_free) struct image_marks marks = {0};

	if (image_marks_read(target->pool.pool, &marks, &target->error) < 0)
		return -1;
	return image_marks_has(&marks, target->job->id);
}

/* Of what others have left. `now_s` is the hypervisor's time, 0: not known. */
static void others_finish(struct import_target *target, uint64_t now_s)
{
	struct import_run run = import_target_run(target);

	leftovers_remove(&target->pool, &run, now_s, &target->notes, &target->warnings);
}

static int connect_to(struct import_target *target, struct error *error)
{
	target->connection = virt_open(target->uri, false, error);
	if (!target->connection)
		return -1;
	keep_alive(target->connection);
	return 0;
}

int import_target_check(struct import_target *target)
{
	int marked;

	if (connect_to(target, &target->error) < 0) {
		target->failed = true;
		return -1;
	}
	if (image_pool_open(target->connection, target->job->pool_name, &target->pool,
			    &target->error) < 0)
		return import_target_fail(target);
	/* What this machine's imports left goes also when this one is refused. */
	if (!target->job->dry_run)
		others_finish(target, 0);
	marked = is_marked(target);
	if (marked < 0 || (!marked && import_target_check_existing(target) < 0))
		return import_target_fail(target);
	return 0;
}

/*
 * The volume's name is random: where an empty file of that name is in the folder that the
 * pool has on the hypervisor, that is its file.
 */
static void file_open(struct import_target *target)
{
	target->folder = pool_folder_open(target->pool.path);
	if (target->folder < 0)
		return;
	target->file = pool_folder_new_file(target->folder, target->temporary_name);
	target->local = target->file >= 0;
}

/* An import may have been killed after it renamed the file: then libvirt does not know
 * it. */
static int unknown_find(struct import_target *target)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	const char *id = target->job->id;

	if (!target->local || !pool_folder_has(target->folder, id))
		return 0;
	if (volume_look(target->pool.pool, id, &volume, &target->error) < 0)
		return -1;
	return volume ? 0 : image_pool_refresh(&target->pool, &target->error);
}

/* What was begun with the image before is finished, or nothing new is begun. */
static int image_prepare(struct import_target *target)
{
	struct import_run run = import_target_run(target);
	struct image_lock lock;
	int status, marked = is_marked(target);

	if (marked <= 0)
		return marked;
	if (image_lock_take(&target->pool, &run, target->job->id, true, &lock,
			    &target->error) < 0)
		return -1;
	status = leftovers_finish(&target->pool, target->job->id, &lock, &target->notes,
				  &target->error);
	image_lock_release(&lock);
	return status;
}

static int temporary_make(struct import_target *target, struct volume *volume)
{
	struct import_run run = import_target_run(target);

	import_name_format(IMPORT_TEMPORARY, &run, NULL, target->temporary_name);
	target->temporary = volume_create(target->pool.pool, target->temporary_name,
					  &target->error);
	if (!target->temporary ||
	    volume_read(target->temporary, volume, &target->error) < 0)
		return -1;
	if (image_pool_check_path(&target->pool, target->temporary_name, volume->path,
				  &target->error) < 0)
		return error_context(&target->error, "%s", target->temporary_name);
	return 0;
}

int import_target_prepare(struct import_target *target)
{
	CLEANUP(volume_free) struct volume volume = {0};

	if (temporary_make(target, &volume) < 0)
		return import_target_fail(target);
	file_open(target);
	if (unknown_find(target) < 0)
		return import_target_fail(target);
	others_finish(target, volume.changed_s);
	/* Once more, now that what was not whole is gone. */
	if (image_prepare(target) < 0 || import_target_check_existing(target) < 0)
		return import_target_fail(target);
	return 0;
}

/* Reads again what was known, as far as that is possible. */
static void connect_again(struct import_target *target)
{
	import_temporary_forget(target);
	image_pool_free(&target->pool);
	virConnectClose(target->connection);
	if (connect_to(target, NULL) == 0 &&
	    image_pool_open(target->connection, target->job->pool_name, &target->pool,
			    NULL) == 0)
		target->temporary = volume_find(target->pool.pool, target->temporary_name,
						NULL);
}

/* libvirt tells that nobody takes bytes any more, or drops the connection. */
static bool is_full(struct import_target *target)
{
	virStoragePoolInfo info;

	return target->pool.pool && image_pool_refresh(&target->pool, NULL) == 0 &&
	       virStoragePoolGetInfo(target->pool.pool, &info) == 0 &&
	       info.available < FULL_BYTES;
}

bool import_target_sent(struct import_target *target)
{
	enum import_upload_end end = import_upload_end(
		target->upload, &target->sent_bytes, &target->error);

	target->upload = NULL;
	if (end == IMPORT_UPLOAD_SENT)
		return true;
	if (end == IMPORT_UPLOAD_LOST || virConnectIsAlive(target->connection) <= 0)
		connect_again(target);
	if (is_full(target))
		error_set(&target->error, "the disk of pool %s is full",
			  target->pool.name);
	import_target_fail(target);
	return end != IMPORT_UPLOAD_LOST;
}

void import_temporary_forget(struct import_target *target)
{
	if (target->temporary)
		virStorageVolFree(target->temporary);
	target->temporary = NULL;
}

void import_target_close(struct import_target *target)
{
	if (target->temporary && virStorageVolDelete(target->temporary, 0) < 0)
		error_list_add(&target->notes,
			       "%s: %s can't be removed: %s; the next import does",
			       target->place, target->temporary_name,
			       virGetLastErrorMessage());
	import_temporary_forget(target);
	close_fd(&target->file);
	close_fd(&target->folder);
	target->file = target->folder = -1;
	image_pool_free(&target->pool);
	if (target->connection)
		virConnectClose(target->connection);
	target->connection = NULL;
}

void import_target_free(struct import_target *target)
{
	import_target_close(target);
	image_free(&target->image);
	error_free(&target->error);
	error_list_free(&target->notes);
	error_list_free(&target->warnings);
}

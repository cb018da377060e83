/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The volume that an image is sent to. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "imagetool/image_lock.h"
#include "imagetool/import_direct.h"
#include "imagetool/import_volume.h"
#include "imagetool/leftovers.h"
#include "imagetool/pool_folder.h"
#include "imagetool/volume.h"

enum { FULL_BYTES = 1024 * 1024 }; /* a disk with less free space is full */

/*
 * The volume's name is random: an empty file of that name, in a folder of this machine
 * with the path of the pool's, is the volume's own file.
 */
static void file_open(struct import_target *target)
{
	if (target->folder < 0)
		return;
	target->file = pool_folder_new_file(target->folder, target->volume_name);
	target->local = target->file >= 0;
}

/* An import that was killed after it renamed the file leaves an image that libvirt does
 * not know. */
static int unlisted_find(struct import_target *target)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	const char *id = target->job->id;

	if (!target->local || !pool_folder_has(target->folder, id))
		return 0;
	if (volume_lookup(target->pool.pool, id, &volume, &target->result.error) < 0)
		return -1;
	return volume ? 0 : image_pool_refresh(&target->pool, &target->result.error);
}

/* Finishes what another import began with the image; fails when that is impossible. */
static int image_prepare(struct import_target *target)
{
	struct import_run run = import_target_run(target);
	struct image_lock lock;
	int status, marked = import_target_is_marked(target);

	if (marked <= 0)
		return marked;
	if (image_lock_take(&target->pool, &run, target->job->id, true, &lock,
			    &target->result.error) < 0)
		return -1;
	status = leftovers_finish(&target->pool, target->job->id, &lock,
				  &target->result.notes, &target->result.error);
	image_lock_release(&lock);
	return status;
}

static int temporary_create(struct import_target *target)
{
	struct import_run run = import_target_run(target);
	CLEANUP(volume_free) struct volume volume = {0};

	import_name_format(IMPORT_TEMPORARY, &run, NULL, target->volume_name);
	target->volume = volume_create(target->pool.pool, target->volume_name,
				       &target->result.error);
	if (!target->volume ||
	    volume_read(target->volume, &volume, &target->result.error) < 0)
		return -1;
	if (image_pool_check_path(&target->pool, target->volume_name, volume.path,
				  &target->result.error) < 0)
		return error_context(&target->result.error, "%s", target->volume_name);
	file_open(target);
	import_target_clear_leftovers(target, volume.changed_s);
	return 0;
}

/* Whether the image can be sent straight to its name, as far as that is known. */
static bool may_be_direct(const struct import_target *target)
{
	const struct import_job *job = target->job;

	return job->name.format == IMAGE_QCOW2 && !job->safe && !target->exists &&
	       !target->local;
}

static int volume_prepare(struct import_target *target)
{
	target->folder = pool_folder_open(target->pool.path);
	if ((target->folder >= 0 || !may_be_direct(target)) &&
	    temporary_create(target) < 0)
		return -1;
	if (unlisted_find(target) < 0)
		return -1;
	if (may_be_direct(target) && import_direct_begin(target) < 0)
		return -1;
	if (target->mark)
		return 0;
	if (!target->volume && temporary_create(target) < 0)
		return -1;
	/* Once more, now that an incomplete image is gone. */
	return image_prepare(target) < 0 ? -1 : import_target_check_existing(target);
}

int import_volume_prepare(struct import_target *target)
{
	return volume_prepare(target) < 0 ? import_target_fail(target) : 0;
}

int import_volume_upload(struct import_target *target, struct broadcast *broadcast,
			 size_t consumer)
{
	struct import_upload_options options = {
		.connection = target->connection,
		.volume = target->volume,
		.file = target->file,
		.keep_head = !target->local,
		.broadcast = broadcast,
		.consumer = consumer,
	};

	target->upload = import_upload_begin(&options, &target->result.error);
	return target->upload ? 0 : import_target_fail(target);
}

/* An image without a mark does not belong to this import. */
static void volumes_find(struct import_target *target, bool marked)
{
	struct import_run run = import_target_run(target);
	char mark[IMPORT_NAME_MAX + 1];

	import_name_format(IMPORT_MARK, &run, target->job->id, mark);
	if (marked)
		target->mark = volume_find(target->pool.pool, mark, NULL);
	if (target->mark || !marked)
		target->volume = volume_find(target->pool.pool, target->volume_name,
					     NULL);
}

/* Replaces the connection, the pool and the volumes, as far as possible. */
static void connect_again(struct import_target *target)
{
	bool marked = target->mark;

	import_target_forget(target);
	image_pool_free(&target->pool);
	virConnectClose(target->connection);
	target->connection = virt_open_again(target->uri, NULL);
	if (target->connection &&
	    image_pool_open(target->connection, target->job->pool_name, &target->pool,
			    NULL) == 0)
		volumes_find(target, marked);
}

/* libvirt does not report a full disk: it ends the stream or drops the connection. */
static bool is_full(struct import_target *target)
{
	virStoragePoolInfo info;

	return target->pool.pool && image_pool_refresh(&target->pool, NULL) == 0 &&
	       virStoragePoolGetInfo(target->pool.pool, &info) == 0 &&
	       info.available < FULL_BYTES;
}

bool import_volume_upload_end(struct import_target *target)
{
	enum import_upload_end end = import_upload_end(
		target->upload, &target->sent_bytes, &target->result.error);

	target->upload = NULL;
	if (end == IMPORT_UPLOAD_SENT)
		return true;
	if (end == IMPORT_UPLOAD_LOST || virConnectIsAlive(target->connection) <= 0)
		connect_again(target);
	if (!import_direct_check_lost(target) && is_full(target))
		error_set(&target->result.error, "the disk of pool %s is full",
			  target->pool.name);
	import_target_fail(target);
	return end != IMPORT_UPLOAD_LOST;
}

static void temporary_delete(struct import_target *target)
{
	if (target->volume && virStorageVolDelete(target->volume, 0) < 0)
		error_list_add(&target->result.notes,
			       "%s: can't remove %s: %s; the next import does",
			       target->result.place, target->volume_name,
			       virGetLastErrorMessage());
}

void import_volume_close(struct import_target *target)
{
	if (target->mark)
		import_direct_undo(target);
	else
		temporary_delete(target);
	import_target_forget(target);
	close_fd(&target->file);
	close_fd(&target->folder);
	target->file = target->folder = -1;
	image_pool_free(&target->pool);
	if (target->connection)
		virConnectClose(target->connection);
	target->connection = NULL;
}

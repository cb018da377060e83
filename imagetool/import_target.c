/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One hypervisor that an image is imported into. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/image_use.h"
#include "imagetool/import_target.h"
#include "imagetool/keep_alive.h"
#include "imagetool/left_overs.h"
#include "imagetool/volume.h"

enum { FULL_BYTES = 1024 * 1024 }; /* with less than this to spare a disk is full */

int import_target_fail(struct import_target *target)
{
	target->failed = true;
	return error_context(&target->error, "%s", target->place);
}

/* An image of that name may be there, but then it is to be replaced and not in use. */
static int existing_check(struct import_target *target)
{
	const char *id = target->job->id;
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(target->pool.pool, id);
	CLEANUP(free_ptr) char *path = volume ? virStorageVolGetPath(volume) : NULL;

	if (!volume && virt_error_code() == VIR_ERR_NO_STORAGE_VOL)
		return 0;
	if (!path)
		return virt_error(&target->error, "%s", id);
	target->refused = true;
	if (!target->job->replace)
		return error_set(&target->error,
				 "%s is there already (--replace replaces it)", id);
	if (image_use_refuse(target->connection, path, id, &target->error) < 0)
		return -1;
	target->refused = false;
	return 0;
}

/* Whether an image of that name is what an import did not finish. */
static int is_marked(struct import_target *target)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *handles = volume_handles(target->pool.pool, &target->error);

	for (size_t i = 0; handles && handles[i]; i++) {
		struct import_name name = import_name_parse(
			virStorageVolGetName(handles[i]));

		if (name.type == IMPORT_MARK && !strcmp(name.image, target->job->id))
			return 1;
	}
	return handles ? 0 : -1;
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
		left_overs_remove(&target->pool, 0, &target->notes);
	marked = is_marked(target);
	if (marked < 0 || (!marked && existing_check(target) < 0))
		return import_target_fail(target);
	return 0;
}

virStorageVolPtr import_volume_create(const struct image_pool *pool, const char *name,
				      struct error *error)
{
	/* The name has no character that XML would have to escape. */
	CLEANUP(free_ptr)
	char *xml = mem_format("<volume><name>%s</name><capacity>0</capacity>"
			       "<target><format type='raw'/></target></volume>",
			       name);
	virStorageVolPtr volume = virStorageVolCreateXML(pool->pool, xml, 0);

	if (!volume)
		virt_error(error, "can't make a volume");
	return volume;
}

/*
 * The volume's name is random: where a file of that name is, at the path that it has on
 * the hypervisor, that is its file. Gives its descriptor if the image can be renamed
 * there.
 */
static int file_open(virStorageVolPtr volume, const char *folder)
{
	CLEANUP(free_ptr) char *path = virStorageVolGetPath(volume);

	if (!path || access(folder, W_OK) < 0)
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

/* Whether the file is there and libvirt does not know it: an import may have been killed
 * after it renamed the file. */
static bool is_unknown(struct import_target *target)
{
	const char *id = target->job->id;
	CLEANUP(free_ptr) char *path = mem_format("%s/%s", target->pool.path, id);
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	struct stat status;

	if (lstat(path, &status) < 0)
		return false;
	volume = virStorageVolLookupByName(target->pool.pool, id);
	return !volume;
}

int import_target_prepare(struct import_target *target)
{
	CLEANUP(volume_free) struct volume volume = {0};
	char name[IMPORT_NAME_MAX + 1];

	import_name_temporary(&target->job->owner, target->number, name);
	target->temporary = import_volume_create(&target->pool, name, &target->error);
	if (!target->temporary ||
	    volume_read(target->temporary, &volume, &target->error) < 0)
		return import_target_fail(target);
	target->file = file_open(target->temporary, target->pool.path);
	target->local = target->file >= 0;
	if (target->local && is_unknown(target) && import_pool_refresh(target) < 0)
		return import_target_fail(target);
	left_overs_remove(&target->pool, volume.changed_s, &target->notes);
	/* Once more, now that what was not whole is gone. */
	if (existing_check(target) < 0)
		return import_target_fail(target);
	return 0;
}

/* What was known is known anew as far as it can be. */
static void connect_again(struct import_target *target)
{
	CLEANUP(free_ptr)
	char *name = mem_string(virStorageVolGetName(target->temporary));

	import_temporary_forget(target);
	image_pool_free(&target->pool);
	virConnectClose(target->connection);
	if (connect_to(target, NULL) == 0 &&
	    image_pool_open(target->connection, target->job->pool_name, &target->pool,
			    NULL) == 0)
		target->temporary = virStorageVolLookupByName(target->pool.pool, name);
}

/* libvirt tells that nobody takes bytes any more, or drops the connection. */
static bool is_full(struct import_target *target)
{
	struct error reason = target->error;
	virStoragePoolInfo info;
	bool full;

	target->error = (struct error){0};
	full = target->pool.pool && import_pool_refresh(target) == 0 &&
	       virStoragePoolGetInfo(target->pool.pool, &info) == 0 &&
	       info.available < FULL_BYTES;
	error_free(&target->error);
	target->error = reason;
	return full;
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
	const char *name = target->temporary ? virStorageVolGetName(target->temporary)
					     : NULL;

	if (name && virStorageVolDelete(target->temporary, 0) < 0)
		error_list_add(&target->notes,
			       "%s: %s can't be removed: %s; the next import does",
			       target->place, name, virGetLastErrorMessage());
	import_temporary_forget(target);
	close_fd(&target->file);
	target->file = -1;
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
}

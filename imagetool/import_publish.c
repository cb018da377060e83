/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives an image that has been sent its name. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/image_lock.h"
#include "imagetool/import_direct.h"
#include "imagetool/import_publish.h"
#include "imagetool/leftovers.h"
#include "imagetool/pool_folder.h"
#include "imagetool/replacement.h"
#include "imagetool/volume.h"

static int rename_publish(struct import_target *target)
{
	const struct import_job *job = target->job;
	const char *temporary = target->volume_name;

	if (pool_folder_check(target->folder, temporary, target->file, target->sent_bytes,
			      job->head.bytes, job->head.size,
			      &target->result.error) < 0 ||
	    pool_folder_rename(target->folder, temporary, job->id, target->file,
			       job->replace, &target->result.error) < 0)
		return error_context(&target->result.error, "%s", target->pool.path);
	import_target_forget(target);
	return 0;
}

static int clone_publish(struct import_target *target)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr mark = NULL;
	const struct import_job *job = target->job;
	struct import_run run = import_target_run(target);
	struct volume_copy copy = {
		.pool = target->pool.pool,
		.source = target->volume,
		.size_bytes = target->sent_bytes,
		.head = &job->head,
	};
	char name[IMPORT_NAME_MAX + 1];

	mark = volume_create(target->pool.pool,
			     import_name_format(IMPORT_MARK, &run, job->id, name),
			     &target->result.error);
	if (!mark)
		return -1;
	if (volume_copy(&copy, job->id, &target->result.error) < 0) {
		if (!copy.is_left)
			volume_delete(mark, NULL);
		return error_context(&target->result.error, "can't publish %s", job->id);
	}
	if (image_pool_sync(&target->pool, &target->result.error) < 0)
		return -1;
	if (volume_delete(mark, &target->result.error) < 0)
		return error_context(&target->result.error, "can't remove the mark of %s",
				     job->id);
	return 0;
}

static int replace_publish(struct import_target *target)
{
	struct replacement replacement = {
		.pool = &target->pool,
		.run = import_target_run(target),
		.image = target->job->id,
		.temporary = target->volume,
		.size_bytes = target->sent_bytes,
		.head = &target->job->head,
	};
	int status = replacement_run(&replacement, &target->result.error);

	/* The import that finishes the replacement needs the volume. */
	if (replacement.is_open)
		import_target_forget(target);
	return status;
}

/* With the lock held. The image may have changed since import_target_check(). */
static int locked_publish(struct import_target *target, const struct image_lock *lock)
{
	if (leftovers_finish(&target->pool, target->job->id, lock, &target->result.notes,
			     &target->result.error) < 0 ||
	    import_target_check_existing(target) < 0)
		return -1;
	if (target->local)
		return rename_publish(target);
	return target->exists ? replace_publish(target) : clone_publish(target);
}

static int temporary_publish(struct import_target *target)
{
	struct import_run run = import_target_run(target);
	struct image_lock lock;
	int status = image_lock_take(&target->pool, &run, target->job->id, true, &lock,
				     &target->result.error);

	if (status < 0)
		return -1;
	status = locked_publish(target, &lock);
	image_lock_release(&lock);
	return status;
}

int import_publish(struct import_target *target)
{
	const struct import_job *job = target->job;
	int status = target->mark ? import_direct_publish(target)
				  : temporary_publish(target);

	if (status < 0 || image_pool_refresh(&target->pool, &target->result.error) < 0 ||
	    image_pool_find(&target->pool, job->id, &target->result.image,
			    &target->result.error) < 0)
		return import_target_fail(target);
	return 0;
}

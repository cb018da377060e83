/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One hypervisor that an image is imported into. */
#define _GNU_SOURCE

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "imagetool/image_marks.h"
#include "imagetool/image_use.h"
#include "imagetool/import_target.h"
#include "imagetool/leftovers.h"
#include "imagetool/volume.h"

int import_target_fail(struct import_target *target)
{
	target->result.failed = true;
	return error_context(&target->result.error, "%s", target->result.place);
}

struct import_run import_target_run(const struct import_target *target)
{
	return (struct import_run){target->job->owner, target->number};
}

int import_target_ask(struct import_target *target)
{
	const char *id = target->job->id;
	CLEANUP(free_ptr) char *path = mem_format("%s/%s", target->pool.path, id);

	if (!target->job->replace)
		return 0;
	if (!target->job->dry_run)
		image_pool_refresh(&target->pool, NULL);
	target->use = image_use_ask(target->connection, path, id, &target->result.error);
	target->result.refused = target->use == IMAGE_USE_SOME ||
				 (target->use == IMAGE_USE_UNKNOWN && target->exists);
	return target->result.refused ? -1 : 0;
}

static int existing_check(struct import_target *target, virStorageVolPtr handle)
{
	struct import_run run = import_target_run(target);
	CLEANUP(volume_free) struct volume volume = {0};

	if (volume_read(handle, &volume, &target->result.error) < 0)
		return -1;
	if (image_pool_check_path(&target->pool, target->job->id, volume.path,
				  &target->result.error) < 0)
		return error_context(&target->result.error, "%s", target->job->id);
	target->result.refused = true;
	if (!target->job->replace)
		return error_set(&target->result.error,
				 "%s already exists (--replace replaces it)",
				 target->job->id);
	if (import_target_ask(target) < 0)
		return -1;
	if (target->job->dry_run)
		return 0;
	target->result.refused = image_lock_refuse(handle, &run, &target->result.error) <
				 0;
	return target->result.refused ? -1 : 0;
}

int import_target_check_existing(struct import_target *target)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;

	if (volume_lookup(target->pool.pool, target->job->id, &handle,
			  &target->result.error) < 0)
		return -1;
	target->exists = handle;
	return handle ? existing_check(target, handle) : import_target_ask(target);
}

int import_target_is_marked(struct import_target *target)
{
	CLEANUP(image_marks_free) struct image_marks marks = {0};

	if (image_marks_read(target->pool.pool, &marks, &target->result.error) < 0)
		return -1;
	return image_marks_has(&marks, target->job->id);
}

bool import_target_clear_leftovers(struct import_target *target, uint64_t now_s)
{
	struct import_run run = import_target_run(target);

	return leftovers_remove(&target->pool, &run, now_s, &target->result.notes,
				&target->result.warnings);
}

int import_target_check(struct import_target *target)
{
	int marked = 1;

	target->connection = virt_open(target->uri, false, &target->result.error);
	if (!target->connection) {
		target->result.failed = true;
		return -1;
	}
	if (image_pool_open(target->connection, target->job->pool_name, &target->pool,
			    &target->result.error) < 0)
		return import_target_fail(target);
	/* Also when this import is refused below. */
	if (!target->job->dry_run)
		marked = import_target_clear_leftovers(target, 0);
	if (marked)
		marked = import_target_is_marked(target);
	if (marked < 0 || (!marked && import_target_check_existing(target) < 0))
		return import_target_fail(target);
	/* An incomplete image is finished first, see import_volume_prepare(). */
	if (marked && import_target_ask(target) < 0) {
		target->result.refused = false;
		error_free(&target->result.error);
	}
	return 0;
}

int import_target_check_other(struct import_target *target,
			      const struct import_target *other)
{
	struct import_run run = import_target_run(target);
	const struct image_other peer = {
		.place = other->result.place,
		.pool = other->pool.pool,
		.use = other->use,
	};

	/* Nothing is replaced. */
	if (!target->exists && other->use == IMAGE_USE_UNKNOWN)
		return 0;
	if (image_other_refuse(target->pool.pool, target->job->id, &peer,
			       target->job->dry_run ? NULL : &run,
			       &target->result.error) == 0)
		return 0;
	target->result.refused = true;
	return import_target_fail(target);
}

void import_target_forget(struct import_target *target)
{
	virStorageVolFree_ptr(&target->volume);
	virStorageVolFree_ptr(&target->mark);
	target->volume = target->mark = NULL;
}

void import_target_free(struct import_target *target)
{
	image_free(&target->result.image);
	error_free(&target->result.error);
	error_list_free(&target->result.notes);
	error_list_free(&target->result.warnings);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replaces an image where libvirt has to copy the new one. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/image_use.h"
#include "imagetool/replacement.h"
#include "imagetool/volume.h"
#include "imagetool/volume_transfer.h"

/* The volumes of a replacement. */
struct names {
	char temporary[IMPORT_NAME_MAX + 1];
	char copy[IMPORT_NAME_MAX + 1];
	char mark[IMPORT_NAME_MAX + 1];
	const char *complete; /* the one of the first two that the mark is about */
};

static void names_set(const struct import_run *run, const char *image,
		      enum import_name_type mark, struct names *names)
{
	import_name_format(IMPORT_TEMPORARY, run, NULL, names->temporary);
	import_name_format(IMPORT_NEW, run, image, names->copy);
	import_name_format(mark, run, image, names->mark);
	names->complete = mark == IMPORT_WHOLE ? names->temporary : names->copy;
}

/* These add to the reason what is complete, and what helps. */

static int unchanged_error(const char *image, struct error *error)
{
	return error_set(error, "can't replace %s: %s; the old image is unchanged", image,
			 error_text(error));
}

/* The old image is deleted, or may be. */
static int open_error(const struct image_pool *pool, const char *image,
		      const char *complete, struct error *error)
{
	CLEANUP(free_ptr)
	char *command = image_pool_command(pool, "vol-clone", complete, image);

	return error_set(error,
			 "can't finish the replacement of %s: %s; the new image is "
			 "complete in volume %s of pool %s, and the next import finishes "
			 "the replacement, or: %s",
			 image, error_text(error), complete, pool->name, command);
}

/* A volume of the image's name exists, may be incomplete, and can't be deleted. */
static int blocked_error(const struct image_pool *pool, const char *image,
			 const char *complete, struct error *error)
{
	return error_set(error,
			 "can't finish the replacement of %s: %s; the new image is "
			 "complete in volume %s of pool %s, and the next import finishes "
			 "the replacement once volume %s can be deleted",
			 image, error_text(error), complete, pool->name, image);
}

/* How many more copies of the new image the pool has room for, up to 2, when the old one
 * is deleted before the last of them; -1 on failure. */
static int room_count(const struct replacement *replacement, struct error *error)
{
	const struct image_pool *pool = replacement->pool;
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr old = NULL;
	uint64_t old_bytes = 0, new_bytes = 0;
	virStoragePoolInfo info;

	if (image_pool_refresh(pool, error) < 0 ||
	    volume_lookup(pool->pool, replacement->image, &old, error) < 0 ||
	    (old && volume_allocation(old, &old_bytes, error) < 0) ||
	    volume_allocation(replacement->temporary, &new_bytes, error) < 0)
		return -1;
	if (virStoragePoolGetInfo(pool->pool, &info) < 0)
		return virt_error(error, "can't read the free space of pool %s",
				  pool->name);
	if (info.available >= new_bytes &&
	    info.available - new_bytes + old_bytes >= new_bytes)
		return 2;
	return info.available + old_bytes >= new_bytes;
}

/* Step 1: creates a complete volume of another name, and decides which one it is. */
static int complete_create(struct replacement *replacement, struct names *names,
			   struct error *error)
{
	virStoragePoolPtr pool = replacement->pool->pool;
	int room = room_count(replacement, error);
	struct volume_copy copy = {
		.pool = pool,
		.source = replacement->temporary,
		.size_bytes = replacement->size_bytes,
		.head = replacement->head,
		.clone_only = room < 2,
		.skip_room_check = true,
	};

	names_set(&replacement->run, replacement->image, IMPORT_REPLACE, names);
	if (room < 0)
		return -1;
	if (volume_copy(&copy, names->copy, error) == 0)
		return 0;
	if (room == 2)
		return -1;
	if (room == 0)
		return error_set(error, "pool %s has no room for a copy of the new image",
				 replacement->pool->name);
	names_set(&replacement->run, replacement->image, IMPORT_WHOLE, names);
	return volume_head_write(replacement->temporary, replacement->head, error);
}

/* Step 5. The mark is deleted first: it must not belong to an incomplete copy. */
static int complete_drop(const struct image_pool *pool, const struct names *names)
{
	if (volume_delete_name(pool->pool, names->mark, NULL) < 0)
		return -1;
	return volume_delete_name(pool->pool, names->copy, NULL);
}

/* Steps 1 to 3. */
static int old_replace(struct replacement *replacement, struct names *names,
		       struct error *error)
{
	const struct image_pool *pool = replacement->pool;
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr mark = NULL, old = NULL;

	if (complete_create(replacement, names, error) == 0 &&
	    (mark = volume_create(pool->pool, names->mark, error)) &&
	    image_pool_sync(pool, error) == 0 &&
	    image_delete(pool, replacement->image, &replacement->run, error) == 0)
		return 0;
	/* When the hypervisor does not answer, the old image may be deleted. */
	replacement->is_open =
		mark &&
		(volume_lookup(pool->pool, replacement->image, &old, NULL) < 0 || !old);
	if (!replacement->is_open) {
		complete_drop(pool, names);
		return unchanged_error(replacement->image, error);
	}
	return open_error(pool, replacement->image, names->complete, error);
}

/* The source of step 4. */
struct source {
	virStorageVolPtr complete, temporary; /* the second may be NULL */
	struct volume volume;		      /* the first, as libvirt describes it */
	uint64_t size_bytes;
	struct volume_head head;
};

static void source_free(struct source *source)
{
	if (source->complete)
		virStorageVolFree(source->complete);
	if (source->temporary)
		virStorageVolFree(source->temporary);
	volume_free(&source->volume);
}

static int source_open(const struct image_pool *pool, const struct names *names,
		       struct source *source, struct error *error)
{
	source->complete = volume_find(pool->pool, names->complete, error);
	if (!source->complete ||
	    volume_lookup(pool->pool, names->temporary, &source->temporary, error) < 0 ||
	    volume_read(source->complete, &source->volume, error) < 0 ||
	    volume_size(source->complete, &source->size_bytes, error) < 0)
		return -1;
	return volume_head_read(source->complete, &source->head, error);
}

static bool is_qcow2(const char *image)
{
	struct image_name name;

	return image_name_parse(image, strlen(image), &name, NULL) == 0 &&
	       name.format == IMAGE_QCOW2;
}

/* Step 4. `is_checked`: there is room. The format that libvirt reports may be outdated:
 * it reads the first bytes in a thread of its own, after they are written. */
static int image_copy(const struct image_pool *pool, const struct names *names,
		      const char *image, bool is_checked, struct error *error)
{
	CLEANUP(source_free) struct source source = {0};
	struct volume_copy copy = {.pool = pool->pool, .skip_room_check = is_checked};

	if (source_open(pool, names, &source, error) < 0)
		return -1;
	copy.source = source.complete;
	copy.size_bytes = source.size_bytes;
	if (names->complete == names->copy && source.temporary &&
	    volume_check_size(source.temporary, copy.size_bytes, NULL) == 0) {
		copy.source = source.temporary;
		copy.head = &source.head;
	} else if (is_qcow2(image) || strcmp(source.volume.format, "raw")) {
		if (!is_checked &&
		    volume_room_check(pool->pool, source.complete, 0, error) < 0)
			return -1;
		return volume_transfer(pool->pool, source.complete, image,
				       copy.size_bytes, &copy.is_left, error);
	}
	return volume_copy(&copy, image, error);
}

int replacement_run(struct replacement *replacement, struct error *error)
{
	const struct image_pool *pool = replacement->pool;
	struct names names;

	if (old_replace(replacement, &names, error) < 0)
		return -1;
	if (image_copy(pool, &names, replacement->image, true, error) < 0 ||
	    image_pool_sync(pool, error) < 0) {
		replacement->is_open = true;
		return open_error(pool, replacement->image, names.complete, error);
	}
	/* The next import deletes what is left. */
	replacement->is_open = complete_drop(pool, &names) < 0;
	return 0;
}

/* Whether a raw image is still the old one: it was last written before the mark was
 * created, and step 3 comes after that. */
static int image_is_old(const struct image_pool *pool, const struct names *names,
			virStorageVolPtr image, struct error *error)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr mark_handle = volume_find(pool->pool, names->mark, error);
	CLEANUP(volume_free) struct volume mark = {0};
	CLEANUP(volume_free) struct volume volume = {0};

	if (!mark_handle || volume_read(mark_handle, &mark, error) < 0 ||
	    volume_read(image, &volume, error) < 0)
		return -1;
	return volume.changed_s && volume.changed_s < mark.changed_s;
}

/* Whether the image is known to be complete: 1, 0, or -1 on failure. A new qcow2 image
 * got its first bytes last; a raw one may begin with zeros. */
static int image_is_complete(const struct image_pool *pool, const struct names *names,
			     const char *image, struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	struct volume_head head;

	if (volume_lookup(pool->pool, image, &volume, error) < 0)
		return -1;
	if (!volume)
		return 0;
	if (!is_qcow2(image))
		return image_is_old(pool, names, volume, error);
	if (volume_head_read(volume, &head, error) < 0)
		return -1;
	return volume_head_is_set(&head);
}

static int missing_error(const struct image_pool *pool, const struct names *names,
			 const char *image, struct error *error)
{
	CLEANUP(free_ptr)
	char *command = image_pool_command(pool, "vol-delete", names->mark, NULL);

	return error_set(error,
			 "%s may be incomplete, and volume %s that should replace it is "
			 "missing; if the image is complete: %s",
			 image, names->complete, command);
}

static int image_finish(const struct image_pool *pool, const struct names *names,
			const struct import_name *mark, struct error *error)
{
	const char *image = mark->image;
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr complete = NULL;

	if (volume_lookup(pool->pool, names->complete, &complete, error) < 0)
		return -1;
	if (!complete)
		return missing_error(pool, names, image, error);
	if (image_delete(pool, image, &mark->run, error) < 0)
		return blocked_error(pool, image, names->complete, error);
	if (image_pool_refresh(pool, error) < 0 ||
	    image_copy(pool, names, image, false, error) < 0 ||
	    image_pool_sync(pool, error) < 0)
		return open_error(pool, image, names->complete, error);
	return 0;
}

int replacement_finish(const struct image_pool *pool, const struct import_name *mark,
		       struct error_list *notes, struct error *error)
{
	const char *image = mark->image;
	struct names names;
	int complete;

	names_set(&mark->run, image, mark->type, &names);
	complete = image_is_complete(pool, &names, image, error);
	if (complete < 0 || (!complete && image_finish(pool, &names, mark, error) < 0))
		return -1;
	error_list_add(
		notes,
		complete ? "%s: its replacement was interrupted; the image is complete"
			 : "%s: its replacement was interrupted, and is finished now",
		image);
	if (complete_drop(pool, &names) < 0 ||
	    volume_delete_name(pool->pool, names.temporary, NULL) < 0)
		error_list_add(notes, "%s: volumes of its import can't be deleted",
			       image);
	return 0;
}

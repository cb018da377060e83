/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another image under a name that one has already, where libvirt has to copy it. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virsh.h"
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
	const char *whole; /* which of the first two is, once the mark exists */
};

static void names_set(const struct import_run *run, const char *image,
		      enum import_name_type mark, struct names *names)
{
	import_name_format(IMPORT_TEMPORARY, run, NULL, names->temporary);
	import_name_format(IMPORT_NEW, run, image, names->copy);
	import_name_format(mark, run, image, names->mark);
	names->whole = mark == IMPORT_WHOLE ? names->temporary : names->copy;
}

/* Adds what became of the images to the reason. */
static int unchanged_error(const char *image, struct error *error)
{
	CLEANUP(free_ptr) char *reason = mem_string(error_text(error));

	return error_set(error, "can't replace %s: %s; the old image is unchanged", image,
			 reason);
}

static int open_error(const struct image_pool *pool, const char *image, const char *whole,
		      struct error *error)
{
	CLEANUP(free_ptr) char *reason = mem_string(error_text(error));
	CLEANUP(free_ptr)
	char *uri = virConnectGetURI(virStoragePoolGetConnect(pool->pool));

	CLEANUP(free_ptr)
	char *command = virsh_text(uri, "vol-clone", "--pool", pool->name, whole, image,
				   NULL);

	return error_set(error,
			 "can't finish the replacement of %s: %s; the new image is whole "
			 "in volume %s of pool %s, and the next import finishes it, or: "
			 "%s",
			 image, reason, whole, pool->name, command);
}

/* How many more copies of the new image the pool has room for, up to 2, when the old one
 * goes before the last of them; -1 when that can't be seen. */
static int room_look(const struct replacement *replacement, struct error *error)
{
	const struct image_pool *pool = replacement->pool;
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr old = NULL;
	uint64_t old_bytes = 0, new_bytes = 0;
	virStoragePoolInfo info;

	if (image_pool_refresh(pool, error) < 0 ||
	    volume_look(pool->pool, replacement->image, &old, error) < 0 ||
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

/* Step 1: makes a whole volume of another name, and decides which it is. */
static int whole_make(struct replacement *replacement, struct names *names,
		      struct error *error)
{
	virStoragePoolPtr pool = replacement->pool->pool;
	int room = room_look(replacement, error);
	struct volume_copy copy = {
		.pool = pool,
		.source = replacement->temporary,
		.size_bytes = replacement->size_bytes,
		.head = replacement->head,
		.shares_only = room < 2,
		.may_fill = true,
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

/* The mark goes first: without it the copy may be a part. */
static int whole_drop(const struct image_pool *pool, const struct names *names)
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

	if (whole_make(replacement, names, error) == 0 &&
	    (mark = volume_create(pool->pool, names->mark, error)) &&
	    image_delete(pool, replacement->image, false, error) == 0)
		return 0;
	/* Nobody knows when the hypervisor can't be asked. */
	replacement->is_open =
		mark &&
		(volume_look(pool->pool, replacement->image, &old, NULL) < 0 || !old);
	if (!replacement->is_open) {
		whole_drop(pool, names);
		return unchanged_error(replacement->image, error);
	}
	return open_error(pool, replacement->image, names->whole, error);
}

/* What step 4 copies. */
struct source {
	virStorageVolPtr whole, temporary; /* the second may be NULL */
	struct volume volume;		   /* the first, as libvirt describes it */
	uint64_t size_bytes;
	struct volume_head head;
};

static void source_free(struct source *source)
{
	if (source->whole)
		virStorageVolFree(source->whole);
	if (source->temporary)
		virStorageVolFree(source->temporary);
	volume_free(&source->volume);
}

static int source_open(const struct image_pool *pool, const struct names *names,
		       struct source *source, struct error *error)
{
	source->whole = volume_find(pool->pool, names->whole, error);
	if (!source->whole ||
	    volume_look(pool->pool, names->temporary, &source->temporary, error) < 0 ||
	    volume_read(source->whole, &source->volume, error) < 0 ||
	    volume_size(source->whole, &source->size_bytes, error) < 0)
		return -1;
	return volume_head_read(source->whole, &source->head, error);
}

static bool is_qcow2(const char *image)
{
	struct image_name name;

	return image_name_parse(image, strlen(image), &name, NULL) == 0 &&
	       name.format == IMAGE_QCOW2;
}

/* Step 4. `is_checked`: there is room. What libvirt takes the volume for may be older
 * than its first bytes: it reads them by a thread of its own, after they are written. */
static int image_copy(const struct image_pool *pool, const struct names *names,
		      const char *image, bool is_checked, struct error *error)
{
	CLEANUP(source_free) struct source source = {0};
	struct volume_copy copy = {.pool = pool->pool, .may_fill = is_checked};

	if (source_open(pool, names, &source, error) < 0)
		return -1;
	copy.source = source.whole;
	copy.size_bytes = source.size_bytes;
	if (names->whole == names->copy && source.temporary &&
	    volume_check_size(source.temporary, copy.size_bytes, NULL) == 0) {
		copy.source = source.temporary;
		copy.head = &source.head;
	} else if (is_qcow2(image) || strcmp(source.volume.format, "raw")) {
		if (!is_checked &&
		    volume_room_check(pool->pool, source.whole, 0, error) < 0)
			return -1;
		return volume_transfer(pool->pool, source.whole, image, copy.size_bytes,
				       &copy.is_left, error);
	}
	return volume_copy(&copy, image, error);
}

int replacement_make(struct replacement *replacement, struct error *error)
{
	const struct image_pool *pool = replacement->pool;
	struct names names;

	if (old_replace(replacement, &names, error) < 0)
		return -1;
	if (image_copy(pool, &names, replacement->image, true, error) < 0) {
		replacement->is_open = true;
		return open_error(pool, replacement->image, names.whole, error);
	}
	/* What it leaves now goes with the next import. */
	replacement->is_open = whole_drop(pool, &names) < 0;
	return 0;
}

/* Whether the image is known to be whole: 1, 0, or -1 on failure. A raw one may begin
 * with anything, and its first bytes are not always the last that are copied. */
static int image_is_whole(const struct image_pool *pool, const char *image,
			  struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	struct volume_head head;

	if (volume_look(pool->pool, image, &volume, error) < 0)
		return -1;
	if (!volume || !is_qcow2(image))
		return 0;
	if (volume_head_read(volume, &head, error) < 0)
		return -1;
	return volume_head_is_set(&head);
}

static int image_finish(const struct image_pool *pool, const struct names *names,
			const char *image, struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr whole = NULL;
	CLEANUP(free_ptr) char *uri = NULL;
	CLEANUP(free_ptr) char *command = NULL;

	if (volume_look(pool->pool, names->whole, &whole, error) < 0)
		return -1;
	if (!whole) {
		uri = virConnectGetURI(virStoragePoolGetConnect(pool->pool));
		command = virsh_text(uri, "vol-delete", "--pool", pool->name, names->mark,
				     NULL);
		return error_set(error,
				 "%s may not be whole, and volume %s that was to replace "
				 "it is missing; if it is: %s",
				 image, names->whole, command);
	}
	if (image_delete(pool, image, false, error) < 0 ||
	    image_pool_refresh(pool, error) < 0 ||
	    image_copy(pool, names, image, false, error) < 0)
		return open_error(pool, image, names->whole, error);
	return 0;
}

int replacement_finish(const struct image_pool *pool, const struct import_name *mark,
		       struct error_list *notes, struct error *error)
{
	const char *image = mark->image;
	int whole = image_is_whole(pool, image, error);
	struct names names;

	names_set(&mark->run, image, mark->type, &names);
	if (whole < 0 || (!whole && image_finish(pool, &names, image, error) < 0))
		return -1;
	error_list_add(notes,
		       whole ? "%s: its replacement was interrupted; it is whole"
			     : "%s: its replacement was interrupted, and is finished now",
		       image);
	if (whole_drop(pool, &names) < 0 ||
	    volume_delete_name(pool->pool, names.temporary, NULL) < 0)
		error_list_add(notes, "%s: volumes of its import can't be deleted",
			       image);
	return 0;
}

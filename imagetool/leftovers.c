/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cleans up what killed or failed imports left in a pool. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/image_use.h"
#include "imagetool/import_owner.h"
#include "imagetool/leftovers.h"
#include "imagetool/replacement.h"
#include "imagetool/volume.h"
#include "imagetool/volume_change.h"

static int volume_remove(virStorageVolPtr handle, struct error_list *notes)
{
	CLEANUP(error_free) struct error error = {0};
	const char *name = virStorageVolGetName(handle);

	if (volume_delete(handle, &error) < 0)
		return error_list_add(notes, "%s: leftover of an import: %s", name,
				      error_text(&error));
	error_list_add(notes, "%s: leftover of an import, removed", name);
	return 0;
}

/* Deletes an incomplete image; false when it stays, since it is in use. */
static bool unfinished_delete(const struct image_pool *pool, const char *image,
			      const struct import_run *run, struct error_list *notes)
{
	CLEANUP(error_free) struct error error = {0};

	if (image_delete(pool, image, run, &error) < 0) {
		error_list_add(notes, "%s: leftover of an import: %s", image,
			       error_text(&error));
		return false;
	}
	error_list_add(notes, "%s: leftover of an import, removed", image);
	return true;
}

/*
 * Deletes an incomplete image and then its mark, so that the image is never without. Only
 * the mark is deleted when the image is complete: its first bytes were written last.
 */
static void unfinished_remove(const struct image_pool *pool, virStorageVolPtr mark,
			      const struct import_name *name, struct error_list *notes)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
	struct volume_head head;

	if (volume_lookup(pool->pool, name->image, &volume, NULL) < 0 ||
	    (volume && volume_head_read(volume, &head, NULL) < 0))
		return;
	if (volume && !volume_head_is_set(&head) &&
	    !unfinished_delete(pool, name->image, &name->run, notes))
		return;
	volume_remove(mark, notes);
}

int leftovers_finish(const struct image_pool *pool, const char *image,
		     const struct image_lock *lock, struct error_list *notes,
		     struct error *error)
{
	for (size_t i = 0; lock->handles[i]; i++) {
		virStorageVolPtr handle = lock->handles[i];
		struct import_name name = import_name_parse(virStorageVolGetName(handle));

		if (!import_name_marks(&name) || strcmp(name.image, image))
			continue;
		if (import_name_replaces(&name)) {
			if (replacement_finish(pool, &name, notes, error) < 0)
				return -1;
		} else if (import_is_dead(&name, pool->pool, handle, lock->now_s)) {
			unfinished_remove(pool, handle, &name, notes);
		}
	}
	return 0;
}

static void image_finish(const struct image_pool *pool, const struct import_run *run,
			 const char *image, struct error_list *notes,
			 struct error_list *warnings)
{
	CLEANUP(error_free) struct error error = {0};
	struct image_lock lock;

	/* Another import is working on it. */
	if (image_lock_take(pool, run, image, false, &lock, NULL) < 0)
		return;
	if (leftovers_finish(pool, image, &lock, notes, &error) < 0)
		error_list_take_once(warnings, &error);
	image_lock_release(&lock);
}

/* Whether an import has a replacement to be finished, for which its volumes are needed.
 */
static bool is_replacing(virStorageVolPtr *handles, const struct import_run *run)
{
	for (size_t i = 0; handles[i]; i++) {
		struct import_name name = import_name_parse(
			virStorageVolGetName(handles[i]));

		if (import_name_replaces(&name) && name.run.number == run->number &&
		    !strcmp(name.run.owner.text, run->owner.text))
			return true;
	}
	return false;
}

/* Whether there are images that are marked. */
static bool marked_finish(const struct image_pool *pool, const struct import_run *run,
			  virStorageVolPtr *handles, struct error_list *notes,
			  struct error_list *warnings)
{
	bool any = false;

	for (size_t i = 0; handles[i]; i++) {
		struct import_name name = import_name_parse(
			virStorageVolGetName(handles[i]));

		if (!import_name_marks(&name))
			continue;
		any = true;
		if (import_owner_state(&name.run.owner) != OWNER_ALIVE)
			image_finish(pool, run, name.image, notes, warnings);
	}
	return any;
}

bool leftovers_remove(const struct image_pool *pool, const struct import_run *run,
		      uint64_t now_s, struct error_list *notes,
		      struct error_list *warnings)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *handles = volume_handles(pool->pool, &error);
	bool marked;

	if (!handles) {
		error_list_take(notes, &error);
		return true;
	}
	marked = marked_finish(pool, run, handles, notes, warnings);
	if (marked) {
		volume_handles_free(handles);
		handles = volume_handles(pool->pool, NULL);
	}
	for (size_t i = 0; handles && handles[i]; i++) {
		struct import_name name = import_name_parse(
			virStorageVolGetName(handles[i]));

		if (name.type != IMPORT_OTHER && !import_name_marks(&name) &&
		    !is_replacing(handles, &name.run) &&
		    import_is_dead(&name, pool->pool, handles[i], now_s))
			volume_remove(handles[i], notes);
	}
	return marked;
}

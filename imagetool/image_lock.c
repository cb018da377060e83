/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock for each image of a pool, so that one import at a time gives it its name. */
#define _GNU_SOURCE
#include <string.h>

#include "common/back_off.h"
#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/image_lock.h"
#include "imagetool/import_owner.h"
#include "imagetool/volume.h"
#include "imagetool/volume_change.h"

static int others_error(const struct image_pool *pool, const char *image,
			const char *lock, struct error *error)
{
	CLEANUP(free_ptr)
	char *command = image_pool_command(pool, "vol-delete", lock, NULL);

	return error_set(error,
			 "%s is being imported by another import; if none is running: %s",
			 image, command);
}

/* A volume of another import that holds the lock, or else of one that sends the image;
 * NULL: none. */
static virStorageVolPtr other_find(virStoragePoolPtr pool, virStorageVolPtr *handles,
				   const char *own, const char *image, uint64_t now_s)
{
	virStorageVolPtr mark = NULL;

	for (size_t i = 0; handles[i]; i++) {
		const char *name = virStorageVolGetName(handles[i]);
		struct import_name parsed = import_name_parse(name);

		if ((parsed.type != IMPORT_LOCK && parsed.type != IMPORT_MARK) ||
		    strcmp(parsed.image, image) || !strcmp(name, own) ||
		    import_is_dead(&parsed, pool, handles[i], now_s))
			continue;
		if (parsed.type == IMPORT_LOCK)
			return handles[i];
		mark = handles[i];
	}
	return mark;
}

/* Fails when another import holds the lock, and says whether waiting helps: it does not
 * for one that sends the image. */
static int others_check(const struct image_pool *pool, const char *own, const char *image,
			struct image_lock *lock, bool *helps, struct error *error)
{
	virStorageVolPtr other;
	const char *name;

	lock->handles = volume_handles(pool->pool, error);
	if (!lock->handles)
		return -1;
	other = other_find(pool->pool, lock->handles, own, image, lock->now_s);
	if (!other)
		return 0;
	name = virStorageVolGetName(other);
	*helps = import_name_parse(name).type == IMPORT_LOCK;
	return others_error(pool, image, name, error);
}

static int lock_try(const struct image_pool *pool, const struct import_run *run,
		    const char *image, struct image_lock *lock, bool *helps,
		    struct error *error)
{
	CLEANUP(volume_free) struct volume volume = {0};
	char name[IMPORT_NAME_MAX + 1];

	*lock = (struct image_lock){0};
	lock->volume = volume_create(
		pool->pool, import_name_format(IMPORT_LOCK, run, image, name), error);
	*helps = !lock->volume && virt_is_busy();
	if (!lock->volume)
		return -1;
	if (volume_read(lock->volume, &volume, error) == 0) {
		lock->now_s = volume.changed_s;
		if (others_check(pool, name, image, lock, helps, error) == 0)
			return 0;
	}
	image_lock_release(lock);
	return -1;
}

int image_lock_take(const struct image_pool *pool, const struct import_run *run,
		    const char *image, bool wait, struct image_lock *lock,
		    struct error *error)
{
	struct back_off back_off = {0};
	bool helps;

	while (lock_try(pool, run, image, lock, &helps, error) < 0) {
		if (!wait || !helps || !back_off_wait(&back_off))
			return -1;
	}
	return 0;
}

void image_lock_release(struct image_lock *lock)
{
	if (!lock->volume)
		return;
	volume_handles_free(lock->handles);
	lock->handles = NULL;
	volume_delete(lock->volume, NULL);
	virStorageVolFree(lock->volume);
	lock->volume = NULL;
}

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

/* Fails when another import holds the lock. Older versions take no lock and create only
 * a mark, so a mark counts too. */
static int others_check(const struct image_pool *pool, const char *own, const char *image,
			uint64_t now_s, struct error *error)
{
	CLEANUP(volume_handles_free_ptr)
	virStorageVolPtr *handles = volume_handles(pool->pool, error);

	for (size_t i = 0; handles && handles[i]; i++) {
		const char *name = virStorageVolGetName(handles[i]);
		struct import_name parsed = import_name_parse(name);

		if ((parsed.type != IMPORT_LOCK && parsed.type != IMPORT_MARK) ||
		    strcmp(parsed.image, image) || !strcmp(name, own) ||
		    import_owner_is_dead(&parsed.run.owner, handles[i], now_s))
			continue;
		return others_error(pool, image, name, error);
	}
	return handles ? 0 : -1;
}

static int lock_try(const struct image_pool *pool, const struct import_run *run,
		    const char *image, struct image_lock *lock, struct error *error)
{
	CLEANUP(volume_free) struct volume volume = {0};
	char name[IMPORT_NAME_MAX + 1];

	lock->volume = volume_create(
		pool->pool, import_name_format(IMPORT_LOCK, run, image, name), error);
	if (!lock->volume)
		return -1;
	if (volume_read(lock->volume, &volume, error) == 0 &&
	    others_check(pool, name, image, volume.changed_s, error) == 0) {
		lock->now_s = volume.changed_s;
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

	while (lock_try(pool, run, image, lock, error) < 0) {
		if (!wait || !back_off_wait(&back_off))
			return -1;
	}
	return 0;
}

void image_lock_release(struct image_lock *lock)
{
	if (!lock->volume)
		return;
	volume_delete(lock->volume, NULL);
	virStorageVolFree(lock->volume);
	lock->volume = NULL;
}

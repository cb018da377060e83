/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an image is in use by machines. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "imagetool/image_use.h"
#include "imagetool/volume.h"
#include "imagetool/volume_change.h"
#include "imagetool/volume_use.h"

int image_use_refuse(virConnectPtr connection, const char *path, const char *id,
		     struct error *error)
{
	CLEANUP(volume_use_free) struct volume_use use = {0};
	CLEANUP(free_ptr) char *users = NULL;

	if (volume_use_read(connection, VOLUME_USE_FAIL, &use, error) < 0)
		return -1;
	users = volume_use_find(&use, &path, 1, NULL);
	return users ? error_set(error, "%s is in use by %s", id, users) : 0;
}

int image_delete(const struct image_pool *pool, const char *id, bool dry_run,
		 struct error *error)
{
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr handle = NULL;
	CLEANUP(volume_free) struct volume volume = {0};

	if (volume_lookup(pool->pool, id, &handle, error) < 0)
		return -1;
	if (!handle)
		return 0;
	if (volume_read(handle, &volume, error) < 0 ||
	    image_use_refuse(virStoragePoolGetConnect(pool->pool), volume.path, id,
			     error) < 0)
		return -1;
	return dry_run ? 0 : volume_delete(handle, error);
}

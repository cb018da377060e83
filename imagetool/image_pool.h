/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The images in a storage pool, or in a folder. */
#ifndef IMAGETOOL_IMAGE_POOL_H
#define IMAGETOOL_IMAGE_POOL_H

#include <libvirt/libvirt.h>

#include "common/error.h"
#include "imagetool/image.h"

/* Vmango's name for it. */
#define IMAGE_POOL_DEFAULT "vmango-images"

struct image_pool {
	virStoragePoolPtr pool;
	char *name;
	char *path; /* of its folder, on the hypervisor */
};

/*
 * Finds a pool, which must be active and hold files (dir, fs, netfs): images are files.
 * The caller frees it with image_pool_free().
 */
int image_pool_open(virConnectPtr connection, const char *name, struct image_pool *pool,
		    struct error *error);
void image_pool_free(struct image_pool *pool);

/*
 * Appends the images of the pool, in the order of their names. What an import has not
 * finished is not listed. Other volumes that are no images by their name, or whose name
 * contradicts the format that libvirt sees, go to `warnings`.
 */
int image_pool_list(const struct image_pool *pool, struct image_list *images,
		    struct error_list *warnings, struct error *error);

/* One image of the pool, by its Id. The caller frees it with image_free(). */
int image_pool_find(const struct image_pool *pool, const char *id, struct image *image,
		    struct error *error);

/*
 * Has libvirt read the pool's folder, once it makes no volume in it for others; the pool
 * is active afterwards.
 */
int image_pool_refresh(const struct image_pool *pool, struct error *error);

/* Fails unless a volume has that name, and the path that this name has in the pool. */
int image_pool_check_path(const struct image_pool *pool, const char *name,
			  const char *path, struct error *error);

#endif

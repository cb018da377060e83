/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The images in a storage pool. */
#ifndef IMAGETOOL_IMAGE_POOL_H
#define IMAGETOOL_IMAGE_POOL_H

#include <libvirt/libvirt.h>

#include "common/error.h"
#include "imagetool/image.h"

/* The name that Vmango gives the pool. */
#define IMAGE_POOL_DEFAULT "vmango-images"

struct image_pool {
	virStoragePoolPtr pool;
	char *name;
	char *path; /* of the pool's folder, on the hypervisor */
};

/*
 * Finds a pool, which must be active and hold files (dir, fs, netfs): images are files.
 * The caller frees it with image_pool_free().
 */
int image_pool_open(virConnectPtr connection, const char *name, struct image_pool *pool,
		    struct error *error);
void image_pool_free(struct image_pool *pool);

/*
 * Appends the images of the pool, sorted by name. Images that an import has not finished
 * are left out. Volumes whose names are not those of images, or contradict the format
 * that libvirt reports, are named in `warnings`.
 */
int image_pool_list(const struct image_pool *pool, struct image_list *images,
		    struct error_list *warnings, struct error *error);

/* Finds an image of the pool by its Id. The caller frees it with image_free(). */
int image_pool_find(const struct image_pool *pool, const char *id, struct image *image,
		    struct error *error);

/*
 * Makes libvirt read the pool's folder again. Waits while libvirt creates a volume in the
 * pool for somebody else. The pool is active afterwards.
 */
int image_pool_refresh(const struct image_pool *pool, struct error *error);

/*
 * Writes the pool's files to the disk where the hypervisor is this machine and the folder
 * is readable, and does nothing elsewhere: libvirt writes volumes that it creates to the
 * disk, but not what is uploaded to them, and has no call for that.
 */
int image_pool_sync(const struct image_pool *pool, struct error *error);

/*
 * The command that calls a verb of virsh for a volume, and a second one unless it is
 * NULL: "virsh -c URI VERB --pool POOL FIRST SECOND", to be pasted into a shell. The
 * caller owns it.
 */
char *image_pool_command(const struct image_pool *pool, const char *verb,
			 const char *first, const char *second);

/* Fails unless `path`, which the hypervisor reports for the volume `name`, is that of the
 * name in the pool's folder. */
int image_pool_check_path(const struct image_pool *pool, const char *name,
			  const char *path, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt supports for the volumes of a pool, by the pool's type. */
#ifndef PROVISION_HOST_STORAGE_POOL_H
#define PROVISION_HOST_STORAGE_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "provision/batch/batch.h"

/*
 * How a root volume is created. Copy: libvirt copies the image. Overlay: a qcow2 volume
 * with the image as its backing file. Reflink: a raw volume that shares the image's
 * blocks until they are written, if the file system supports that; otherwise an overlay.
 */
enum storage_clone { STORAGE_COPY, STORAGE_OVERLAY, STORAGE_REFLINK };

/* A hypervisor's pools; types are libvirt's (https://libvirt.org/storage.html): "dir". */
struct storage_pools {
	const char *image_pool, *image_type;
	const char *root_pool, *root_type;
	bool config_drive; /* written to the root pool as well */
};

/* Whether volumes in pools of that type are files in a directory. */
bool storage_pool_is_folder(const char *type);

/* Whether libvirt can grow volumes in pools of that type. */
bool storage_pool_grows(const char *type);

/*
 * Fails if libvirt can't create root volumes from these images, or config drives, in that
 * pool; *key is the batch's key that the error is about. Unknown types are accepted.
 */
int storage_pools_check(const struct storage_pools *pools, const char **key,
			struct error *error);

/* The way to clone an image of that format ("raw" or "qcow2") in these pools, as
 * `wanted`. */
int storage_clone_choose(const struct storage_pools *pools, enum batch_clone wanted,
			 const char *image_format, enum storage_clone *clone,
			 struct error *error);

/* Whether a volume has the wanted capacity; pools of block devices round it up. */
bool storage_capacity_is(uint64_t capacity_bytes, bool is_block, uint64_t wanted_bytes);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt can do with the volumes of a pool, by the pool's type. */
#ifndef PROVISION_HOST_STORAGE_POOL_H
#define PROVISION_HOST_STORAGE_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "provision/batch/batch.h"

/*
 * How a root volume comes to be. Copy: libvirt copies the image. Overlay: a qcow2 volume
 * that has the image as its backing file. Reflink: a raw volume that shares the image's
 * blocks until they are written, where the file system can do that, else an overlay.
 */
enum storage_clone { STORAGE_COPY, STORAGE_OVERLAY, STORAGE_REFLINK };

/* A hypervisor's pools; types are libvirt's (https://libvirt.org/storage.html): "dir". */
struct storage_pools {
	const char *image_pool, *image_type;
	const char *root_pool, *root_type;
	bool config_drive; /* written to the root pool as well */
};

/* Whether pools of that type keep volumes as files in a folder. */
bool storage_pool_is_folder(const char *type);

/* Whether libvirt makes volumes of such pools larger. */
bool storage_pool_grows(const char *type);

/*
 * Fails with the reason, and the key of the batch that it is about, when libvirt can't
 * put root volumes made of these images, or config drives, into that pool. A type that is
 * not known may do.
 */
int storage_pools_check(const struct storage_pools *pools, const char **key,
			struct error *error);

/* What `wanted` means for an image of that format ("raw" or "qcow2") in these pools. */
int storage_clone_choose(const struct storage_pools *pools, enum batch_clone wanted,
			 const char *image_format, enum storage_clone *clone,
			 struct error *error);

/* Whether a volume has what was asked for; pools of block devices round it up. */
bool storage_capacity_is(uint64_t capacity_bytes, bool is_block, uint64_t wanted_bytes);

#endif

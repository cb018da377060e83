/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes: cloning from an image, writing, growing and deleting, only by libvirt's API.
 */
#ifndef PROVISION_MACHINE_STORAGE_H
#define PROVISION_MACHINE_STORAGE_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "provision/machine/run.h"
#include "provision/host/storage_pool.h"

struct storage_source {
	virStoragePoolPtr pool;
	const char *id, *path, *format; /* "qcow2" or "raw" */
};

struct storage_target {
	virStoragePoolPtr pool;
	const char *pool_type; /* libvirt's */
	const char *xml;       /* the volume, as the template renders it */
	uint64_t capacity_bytes;
};

/* STORAGE_NAME_TAKEN: another volume, or a file that its pool does not list yet, has the
 * name. */
enum storage_failure { STORAGE_FAILED = -1, STORAGE_NAME_TAKEN = -2 };

/*
 * Creates the volume from the image, grows it to its capacity and verifies that. A larger
 * image is an error, and so is a reflink that is not supported. On failure the volume is
 * deleted. Returns 0 or enum storage_failure.
 */
int storage_clone_image(struct run *run, const struct storage_target *target,
			enum storage_clone clone, const struct storage_source *image,
			struct error *error);

/*
 * Creates a raw volume of exactly `size` bytes and writes them; on failure the volume is
 * deleted. Returns 0 or enum storage_failure.
 */
int storage_write(struct run *run, virConnectPtr connection, virStoragePoolPtr pool,
		  const char *name, const void *data, size_t size, struct error *error);

/* Grows a volume and verifies its capacity; a larger one is an error. */
int storage_grow(struct run *run, virStorageVolPtr volume, uint64_t capacity_bytes,
		 struct error *error);

/* Deletes a volume; a missing one is not an error. */
int storage_delete(struct run *run, virStoragePoolPtr pool, const char *name,
		   struct error *error);

#endif

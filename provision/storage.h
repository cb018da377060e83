/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes: cloned from an image, written, deleted, by libvirt's API alone. */
#ifndef PROVISION_STORAGE_H
#define PROVISION_STORAGE_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "provision/batch.h"
#include "provision/run.h"

/*
 * How a root volume comes to be. Overlay: a qcow2 volume that has the image as its
 * backing file. Copy: libvirt copies the image.
 */
enum storage_clone { STORAGE_COPY, STORAGE_OVERLAY };

/* What `wanted` means between two pools of these libvirt types. */
int storage_clone_choose(enum batch_clone wanted, const char *image_pool_type,
			 const char *root_pool_type, enum storage_clone *clone,
			 struct error *error);

struct storage_source {
	virStoragePoolPtr pool;
	const char *id, *path, *format; /* "qcow2" or "raw" */
};

/*
 * Creates the volume that the template's XML describes from the image, grows it to
 * `capacity_bytes` and verifies that it has that much; an image that is larger is an
 * error. What was created is deleted again on failure.
 */
int storage_clone_image(struct run *run, virStoragePoolPtr pool, const char *xml,
			size_t xml_size, enum storage_clone clone,
			const struct storage_source *image, uint64_t capacity_bytes,
			struct error *error);

/* Creates a raw volume of exactly `size` bytes and writes them; deleted again on failure.
 */
int storage_write(struct run *run, virConnectPtr connection, virStoragePoolPtr pool,
		  const char *name, const void *data, size_t size, struct error *error);

/* Grows a volume and verifies that it has that much; a larger one is an error. */
int storage_grow(struct run *run, virStoragePoolPtr pool, const char *name,
		 uint64_t capacity_bytes, struct error *error);

/* Whether libvirt's pool type keeps volumes as files in a folder. */
bool storage_pool_is_folder(const char *type);

/* Deletes a volume; one that is not there is no error. */
int storage_delete(struct run *run, virStoragePoolPtr pool, const char *name,
		   struct error *error);

/* Whether the last of these functions failed since another volume, or a file that its
 * pool does not know yet, has the name. */
bool storage_name_taken(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an image is in use by machines, on this hypervisor and on others. */
#ifndef IMAGETOOL_IMAGE_USE_H
#define IMAGETOOL_IMAGE_USE_H

#include <libvirt/libvirt.h>

#include "common/error.h"
#include "imagetool/image_pool.h"
#include "imagetool/import_names.h"

enum image_use { IMAGE_USE_UNKNOWN, IMAGE_USE_NONE, IMAGE_USE_SOME };

/*
 * Asks a hypervisor who uses the image `id` of its pool with the volume path `path`:
 * machines that have it as a disk or have an overlay on it (or on an overlay on it, ...),
 * and overlays that no machine has. The pool need not list the image. Overlays are found
 * in all active pools and in the descriptions of running machines; an overlay that is in
 * no pool is not found while its machine is stopped. A disk in an inactive pool may be
 * one, so that the result is IMAGE_USE_UNKNOWN. The error is set unless the result is
 * IMAGE_USE_NONE; it names the users, or what could not be asked.
 */
enum image_use image_use_ask(virConnectPtr connection, const char *path, const char *id,
			     struct error *error);

/*
 * Fails when a QEMU process, on any hypervisor, has the image open, see
 * storage_is_locked(); the probe is a volume of `run`. For an image that no machine of
 * this hypervisor uses.
 */
int image_lock_refuse(virStorageVolPtr image, const struct import_run *run,
		      struct error *error);

/* Another hypervisor, on which the user of this program wants to change the image too. */
struct image_other {
	const char *place;	/* in messages */
	virStoragePoolPtr pool; /* NULL: not open */
	enum image_use use;	/* of the image of the same name, there */
};

/*
 * Fails when the image may not be changed in `pool`, since it is in use on the other
 * hypervisor, or may be, and the pools are or may be the same storage. `run` gives a
 * probe volume its name; NULL: a dry run, without a probe, so that they may be the same.
 */
int image_other_refuse(virStoragePoolPtr pool, const char *id,
		       const struct image_other *other, const struct import_run *run,
		       struct error *error);

/* Deletes an image if it exists; fails when it is in use here, or open by a QEMU process.
 * `run` is as above; a dry run only asks this hypervisor. */
int image_delete(const struct image_pool *pool, const char *id,
		 const struct import_run *run, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether machines stand on an image. */
#ifndef IMAGETOOL_IMAGE_USE_H
#define IMAGETOOL_IMAGE_USE_H

#include <libvirt/libvirt.h>

#include "common/error.h"
#include "imagetool/image_pool.h"

/*
 * Fails when the volume at `path` is in use, and names who uses it: machines that have it
 * as a disk or have an overlay on it (or on an overlay on it, ...), and overlays that no
 * machine has. Overlays are found in all active pools, and in the descriptions of running
 * machines; one of a stopped machine that is in no pool is not seen. `id` is what the
 * message calls the image.
 */
int image_use_refuse(virConnectPtr connection, const char *path, const char *id,
		     struct error *error);

/* Deletes an image, if there is one, unless it is in use; a dry run only looks. */
int image_delete(const struct image_pool *pool, const char *id, bool dry_run,
		 struct error *error);

#endif

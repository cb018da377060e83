/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an image is in use by machines. */
#ifndef IMAGETOOL_IMAGE_USE_H
#define IMAGETOOL_IMAGE_USE_H

#include <libvirt/libvirt.h>

#include "common/error.h"
#include "imagetool/image_pool.h"

/*
 * Fails when the image `id` with the volume path `path` is in use. The error names the
 * users: machines that have it as a disk or have an overlay on it (or on an overlay on
 * it, ...), and overlays that no machine has. Overlays are found in all active pools and
 * in the descriptions of running machines; an overlay that is in no pool is not found
 * while its machine is stopped.
 */
int image_use_refuse(virConnectPtr connection, const char *path, const char *id,
		     struct error *error);

/* Deletes an image if it exists; fails when it is in use. A dry run only checks. */
int image_delete(const struct image_pool *pool, const char *id, bool dry_run,
		 struct error *error);

#endif

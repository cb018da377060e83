/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gives an image that has been sent its name. */
#ifndef IMAGETOOL_IMPORT_PUBLISH_H
#define IMAGETOOL_IMPORT_PUBLISH_H

#include "imagetool/import_target.h"

/*
 * The image gets its name in one of two ways, while its lock is held.
 *
 * Where this process may write the pool's folder, the volume's file is renamed there,
 * which is atomic, and the pool is refreshed.
 *
 * Elsewhere libvirt has to create a volume of that name, since it can't rename one. It
 * clones the temporary volume, or copies it where the file system can't clone. Until that
 * is done, and when it is interrupted, a mark volume says that the image is incomplete;
 * and the first bytes, which make it an image, are written last. Where another image has
 * the name, see replacement.h.
 *
 * Then the result's image is what libvirt reports of it. -1 on failure, which is in the
 * result.
 */
int import_publish(struct import_target *target);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cleans up what killed or failed imports left in a pool. */
#ifndef IMAGETOOL_LEFTOVERS_H
#define IMAGETOOL_LEFTOVERS_H

#include <stdint.h>

#include "imagetool/image_lock.h"
#include "imagetool/image_pool.h"

/*
 * Cleans up after imports of one image, whose lock the caller holds: finishes a
 * replacement, and removes an incomplete image of a dead import. An image that is known
 * to be complete stays. Each step is added to `notes`. Fails when a replacement can't be
 * finished; the error names the volume that has the new image.
 */
int leftovers_finish(const struct image_pool *pool, const char *image,
		     const struct image_lock *lock, struct error_list *notes,
		     struct error *error);

/*
 * Does the same for all images whose lock is free, and removes the temporary volumes of
 * dead imports. `run` is the calling import; `now_s` is the hypervisor's time in seconds
 * since 1970, and 0 keeps the temporary volumes of imports on other machines. Failures
 * are added to `warnings`, since leftovers do not prevent an import. False: the pool has
 * no marks.
 */
bool leftovers_remove(const struct image_pool *pool, const struct import_run *run,
		      uint64_t now_s, struct error_list *notes,
		      struct error_list *warnings);

#endif

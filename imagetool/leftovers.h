/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What imports that were killed, or could not end, have left in a pool. */
#ifndef IMAGETOOL_LEFTOVERS_H
#define IMAGETOOL_LEFTOVERS_H

#include <stdint.h>

#include "imagetool/image_lock.h"
#include "imagetool/image_pool.h"

/*
 * Finishes what was begun with one image, by who holds its lock: replacements, whose new
 * image is whole, and what dead imports have left of it that is not. An image that is
 * known to be whole stays. Each step goes to `notes`. Fails when a replacement can't be
 * finished; the error names the volume that has the new image.
 */
int leftovers_finish(const struct image_pool *pool, const char *image,
		     const struct image_lock *lock, struct error_list *notes,
		     struct error *error);

/*
 * Does so for all images whose lock is free, and removes the temporary volumes of dead
 * imports. `run` is the import that does it; `now_s` is the hypervisor's time, 0 leaves
 * the temporary volumes of other machines alone. What can't be finished goes to
 * `warnings`; a pool with leftovers is no reason not to import.
 */
void leftovers_remove(const struct image_pool *pool, const struct import_run *run,
		      uint64_t now_s, struct error_list *notes,
		      struct error_list *warnings);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What imports that were killed have left in a pool. */
#ifndef IMAGETOOL_LEFT_OVERS_H
#define IMAGETOOL_LEFT_OVERS_H

#include <stdint.h>

#include "imagetool/image_pool.h"

/* An import that runs on another machine is taken for dead when its volume has not been
 * written for this long. */
enum { LEFT_OVER_AGE_S = 60 * 60 };

/*
 * Removes temporary volumes, marks, and images that are marked as not whole, of imports
 * that are no more. `now_s` is the hypervisor's time; 0 leaves
 * those of other machines alone. Each removal, and each that failed,
 * is told in `notes`; a pool with left-overs is no reason not to import.
 */
void left_overs_remove(const struct image_pool *pool, uint64_t now_s,
		       struct error_list *notes);

#endif

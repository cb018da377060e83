/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One import at a time gives a name to an image. */
#ifndef IMAGETOOL_IMAGE_LOCK_H
#define IMAGETOOL_IMAGE_LOCK_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "imagetool/image_pool.h"
#include "imagetool/import_names.h"

/*
 * The lock is a volume in the pool, so that it holds for imports from everywhere. Whoever
 * wants it makes a volume of its own and then looks for those of others: when there are
 * any, it deletes its own and tries again, so that never two have it. Those of imports
 * that are known to be dead do not count.
 *
 * Where several hypervisors have one folder as a pool, each sees the volumes of the
 * others when libvirt reads the folder; it does when an upload has ended.
 */
struct image_lock {
	virStorageVolPtr volume; /* NULL: not taken */
	uint64_t now_s;		 /* the hypervisor's time when it was taken */
};

/* Waits up to half a minute for others when `wait` says so; the error names them. */
int image_lock_take(const struct image_pool *pool, const struct import_run *run,
		    const char *image, bool wait, struct image_lock *lock,
		    struct error *error);
void image_lock_release(struct image_lock *lock);

#endif

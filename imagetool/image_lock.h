/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A lock for each image of a pool, so that one import at a time gives it its name. */
#ifndef IMAGETOOL_IMAGE_LOCK_H
#define IMAGETOOL_IMAGE_LOCK_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "imagetool/image_pool.h"
#include "imagetool/import_names.h"

/*
 * The lock is a volume in the pool, so that it works for imports from any machine. An
 * import creates a volume of its own and then looks for those of other imports: if there
 * are any, it deletes its own and tries again, so two imports never hold the lock.
 * Volumes of imports that are known to be dead do not count. The mark of an import that
 * sends the image counts too, as it holds no lock meanwhile; so did older versions.
 *
 * Where several hypervisors share a folder as a pool, each sees the volumes of the others
 * only after libvirt has read the folder, which it does at the end of an upload.
 */
struct image_lock {
	virStorageVolPtr volume; /* NULL: not held */
	uint64_t now_s;		 /* the hypervisor's time when it was taken, since 1970 */
	virStorageVolPtr *handles; /* the pool's volumes then, NULL-ended */
};

/* With `wait`, waits up to half a minute for other imports, but not for one that sends
 * the image. Fails when another import holds the lock; the error says how to delete it.
 */
int image_lock_take(const struct image_pool *pool, const struct import_run *run,
		    const char *image, bool wait, struct image_lock *lock,
		    struct error *error);
void image_lock_release(struct image_lock *lock);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replaces an image where libvirt has to copy the new one. */
#ifndef IMAGETOOL_REPLACEMENT_H
#define IMAGETOOL_REPLACEMENT_H

#include <libvirt/libvirt.h>

#include "imagetool/image_pool.h"
#include "imagetool/import_names.h"
#include "imagetool/volume_change.h"

/*
 * libvirt can't rename volumes, so the old image has to be deleted before the new one can
 * be created under its name. At each moment one of them is complete:
 *
 *	1. the new image is copied to a volume .vmango-new-..., with its first bytes;
 *	2. a mark .vmango-replace-... says that this copy is complete;
 *	3. the old image is deleted, unless it is in use;
 *	4. the temporary volume is copied to the image's name, its first bytes last;
 *	5. the mark is deleted, then the copy.
 *
 * Step 4 needs a temporary volume without its first bytes, since libvirt takes it for raw
 * and copies it unchanged; it would convert a qcow2 volume. Where the pool has no room
 * for two copies, the first bytes are written to the temporary volume itself, the mark
 * .vmango-whole-... says so, and a qcow2 image is copied through this machine.
 *
 * Before steps 3 and 5 the pool is written to the disk, see image_pool_sync().
 *
 * An interrupted replacement is finished by replacement_finish(). The caller holds the
 * image's lock.
 */
struct replacement {
	const struct image_pool *pool;
	struct import_run run;
	const char *image;
	virStorageVolPtr temporary;
	uint64_t size_bytes; /* of its file */
	const struct volume_head *head;
	bool is_open; /* result: it is left to replacement_finish(), with its volumes */
};

/* Replaces the image. The error says which image is complete, and where. */
int replacement_run(struct replacement *replacement, struct error *error);

/*
 * Finishes the replacement that a mark in the pool belongs to. An image of the name that
 * is known to be complete, the old or the new one, stays; else the new one is copied. The
 * result is added to `notes`.
 */
int replacement_finish(const struct image_pool *pool, const struct import_name *mark,
		       struct error_list *notes, struct error *error);

#endif

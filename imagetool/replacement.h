/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another image under a name that one has already, where libvirt has to copy it. */
#ifndef IMAGETOOL_REPLACEMENT_H
#define IMAGETOOL_REPLACEMENT_H

#include <libvirt/libvirt.h>

#include "imagetool/image_pool.h"
#include "imagetool/import_names.h"
#include "imagetool/volume_change.h"

/*
 * libvirt can't rename, so the old image has to be deleted before there is a new one of
 * its name. At each moment one of them is whole:
 *
 *	1. the new image is copied to a volume .vmango-new-..., with its first bytes;
 *	2. a mark .vmango-replace-... says that this copy is whole;
 *	3. the old image is deleted, unless it is in use by now;
 *	4. the temporary volume is copied to the image's name, its first bytes last;
 *	5. the mark goes, then the copy.
 *
 * Step 4 needs the temporary volume without its first bytes, which libvirt takes for raw
 * and copies as it is; what it knows to be qcow2 it converts. Where the pool has no room
 * for two copies, the temporary volume itself is made whole, the mark .vmango-whole-...
 * says so, and the bytes of a qcow2 image go through this machine.
 *
 * What ends on the way is finished by replacement_finish(). All is done by who holds the
 * image's lock.
 */
struct replacement {
	const struct image_pool *pool;
	struct import_run run;
	const char *image;
	virStorageVolPtr temporary;
	uint64_t size_bytes; /* of its file */
	const struct volume_head *head;
	/* Results: */
	bool is_open; /* after a failure: it is left to replacement_finish() */
};

/* The error says which image is whole, and where. */
int replacement_make(struct replacement *replacement, struct error *error);

/* Finishes the replacement that a mark in the pool says to be open. */
int replacement_finish(const struct image_pool *pool, const struct import_name *mark,
		       struct error_list *notes, struct error *error);

#endif

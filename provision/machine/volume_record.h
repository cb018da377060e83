/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telling a volume that a run died over from one that somebody else gave its name. */
#ifndef PROVISION_MACHINE_VOLUME_RECORD_H
#define PROVISION_MACHINE_VOLUME_RECORD_H

#include <stdbool.h>

#include "provision/machine/storage.h"

/* What is told of a volume before it is made, and before it is deleted. */
struct volume_record {
	const char *name;
	uint64_t capacity_bytes; /* in the end */
	uint64_t image_bytes;	 /* when it was copied, but did not grow yet */
	const char *backing;	 /* path of the image that it stands on; NULL: none */
};

/*
 * Deletes the pool's volume of that name when it is what was to be made, as far as it
 * came: one of both capacities (pools of block devices round them up), the same backing
 * file; or still empty. libvirt has no mark to put on a volume itself. What a dead run
 * asked libvirt for may go on, so this waits until it is done. A volume that is not
 * there, or that is another, which stays, is no error.
 */
int volume_record_delete(struct run *run, virStoragePoolPtr pool,
			 const struct volume_record *record, struct error *error);

/* Whether libvirt is still building the volume; it opens none then, and says so. */
bool volume_is_building(virStorageVolPtr volume);

/*
 * What tells a whole volume from another that gets its name later: its capacity, and the
 * backing file, NULL for none, which the caller frees. The capacity is 0 when the volume
 * can't be read, its file being gone, say. Returns 1 when there is no such volume.
 */
int volume_record_read(virStoragePoolPtr pool, const char *name, uint64_t *capacity_bytes,
		       char **backing, struct error *error);

#endif

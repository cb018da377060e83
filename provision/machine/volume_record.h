/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether an incomplete or half deleted volume is still the one that was recorded. */
#ifndef PROVISION_MACHINE_VOLUME_RECORD_H
#define PROVISION_MACHINE_VOLUME_RECORD_H

#include <stdbool.h>

#include "provision/machine/storage.h"

/* What is recorded of a volume before it is created, and before it is deleted. */
struct volume_record {
	const char *name;
	uint64_t capacity_bytes; /* when it is complete */
	uint64_t image_bytes;	 /* its capacity when it is copied, but not resized yet */
	const char *backing;	 /* path of its backing file; NULL: none */
	const char *format;	 /* libvirt's name for it; NULL: not known */
};

/*
 * Deletes the pool's volume of that name if it matches the record, complete or not: it
 * has one of both capacities (pools of block devices round them up), the same backing
 * file, and is qcow2 or not as recorded, or is still empty. libvirt can't mark a volume
 * itself: one that another has created with all of this in common is taken for it. A job
 * that a killed run started in libvirt may still be in progress, so this waits until it
 * ends. A missing volume is not an error, nor is another one, which stays. Returns 1 in
 * the last case.
 */
int volume_record_delete(struct run *run, virStoragePoolPtr pool,
			 const struct volume_record *record, struct error *error);

/* Fails if a QEMU process has the pool's volume of that name open, or if that can't be
 * asked; a missing volume is not an error. `probe` is that of storage_is_locked(). */
int volume_lock_check(virStoragePoolPtr pool, const char *name, const char *probe,
		      struct error *error);

/* Whether libvirt is still building the volume, during which it can't be opened. */
bool volume_is_building(virStorageVolPtr volume);

/*
 * Reads what distinguishes a complete volume from another that gets its name later: its
 * capacity, backing file and format, NULL for none, which the caller frees. The capacity
 * is 0 if the volume can't be read, for instance because its file is missing. Returns 1
 * if the volume does not exist.
 */
int volume_record_read(virStoragePoolPtr pool, const char *name, uint64_t *capacity_bytes,
		       char **backing, char **format, struct error *error);

#endif

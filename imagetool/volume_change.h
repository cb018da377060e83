/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creates, copies, deletes and measures volumes, and writes their first bytes. */
#ifndef IMAGETOOL_VOLUME_CHANGE_H
#define IMAGETOOL_VOLUME_CHANGE_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/*
 * The format of an image is recognized by its first bytes. They are written last, and as
 * long as they are zeros libvirt takes the volume for a raw image, which it copies
 * unchanged.
 */
enum { VOLUME_HEAD_SIZE = 16 };

struct volume_head {
	uint8_t bytes[VOLUME_HEAD_SIZE];
	size_t size; /* less when the image is shorter */
};

/* Creates an empty volume; its name must not contain characters that XML escapes. The
 * caller frees it. NULL on failure, also when a volume of that name exists. */
virStorageVolPtr volume_create(virStoragePoolPtr pool, const char *name,
			       struct error *error);

/* Deletes a volume; waits while libvirt uses it for somebody else. A volume that does not
 * exist any more is not a failure. */
int volume_delete(virStorageVolPtr volume, struct error *error);
/* The same for the volume of that name, if it exists. */
int volume_delete_name(virStoragePoolPtr pool, const char *name, struct error *error);

/* The size of a volume's file in bytes, or how much of it is allocated. */
int volume_size(virStorageVolPtr volume, uint64_t *size_bytes, struct error *error);
int volume_allocation(virStorageVolPtr volume, uint64_t *size_bytes, struct error *error);

/* Fails unless a volume's file has that size, whatever its format is. */
int volume_check_size(virStorageVolPtr volume, uint64_t size_bytes, struct error *error);

/* Writes up to 192 KiB to the start of a volume. */
int volume_start_write(virStorageVolPtr volume, const void *start, size_t size,
		       struct error *error);

/* Reads or writes a volume's first bytes. Reading waits while libvirt creates the volume.
 */
int volume_head_read(virStorageVolPtr volume, struct volume_head *head,
		     struct error *error);
int volume_head_write(virStorageVolPtr volume, const struct volume_head *head,
		      struct error *error);
/* Whether not all of the bytes are zeros. */
bool volume_head_is_set(const struct volume_head *head);

/*
 * Fails when a pool has no room for a copy of a volume, by the free space that libvirt
 * read last, and `freed_bytes` that will be freed before.
 */
int volume_room_check(virStoragePoolPtr pool, virStorageVolPtr volume,
		      uint64_t freed_bytes, struct error *error);

struct volume_copy {
	virStoragePoolPtr pool;
	virStorageVolPtr source;	/* libvirt takes it for raw */
	uint64_t size_bytes;		/* of the source's file */
	const struct volume_head *head; /* written after the copy; NULL: copied too */
	bool clone_only;		/* fail where the file system can't clone */
	bool skip_room_check;		/* do not check that there is room */
	bool is_left; /* result: a part of the failed copy could not be deleted */
};

/* Creates a volume with the bytes of another: a clone where the file system can, else a
 * copy that keeps the holes. */
int volume_copy(struct volume_copy *copy, const char *name, struct error *error);

#endif

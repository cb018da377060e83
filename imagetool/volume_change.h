/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes of files: created, copied, deleted, and their first bytes. */
#ifndef IMAGETOOL_VOLUME_CHANGE_H
#define IMAGETOOL_VOLUME_CHANGE_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/*
 * An image is known for what it is by its first bytes: they are written last, and as long
 * as they are zeros libvirt takes every image for a raw one, which it copies as it is.
 */
enum { VOLUME_HEAD_SIZE = 16 };

struct volume_head {
	uint8_t bytes[VOLUME_HEAD_SIZE];
	size_t size; /* less for an image that is shorter */
};

/* Makes an empty volume; its name has no character that XML escapes. The caller frees it.
 * NULL on failure, also when there is one of that name. */
virStorageVolPtr volume_create(virStoragePoolPtr pool, const char *name,
			       struct error *error);

/* Deletes a volume, once libvirt is done with what it does with it for others. */
int volume_delete(virStorageVolPtr volume, struct error *error);
/* The same for the volume of that name, if there is one. */
int volume_delete_name(virStoragePoolPtr pool, const char *name, struct error *error);

/* The size of a volume's file in bytes, or how much of it is allocated. */
int volume_size(virStorageVolPtr volume, uint64_t *size_bytes, struct error *error);
int volume_allocation(virStorageVolPtr volume, uint64_t *size_bytes, struct error *error);

/* Fails unless a volume's file has that size. */
int volume_check_size(virStorageVolPtr volume, uint64_t size_bytes, struct error *error);

/* Reads a volume's first bytes, waiting while libvirt still makes it. */
int volume_head_read(virStorageVolPtr volume, struct volume_head *head,
		     struct error *error);
int volume_head_write(virStorageVolPtr volume, const struct volume_head *head,
		      struct error *error);
/* Whether there are other bytes than zeros among them. */
bool volume_head_is_set(const struct volume_head *head);

/*
 * Fails when a pool, as libvirt has read it last, has no room for a copy of a volume;
 * `freed_bytes` are those that others leave before.
 */
int volume_room_check(virStoragePoolPtr pool, virStorageVolPtr volume,
		      uint64_t freed_bytes, struct error *error);

struct volume_copy {
	virStoragePoolPtr pool;
	virStorageVolPtr source;	/* known to libvirt as raw */
	uint64_t size_bytes;		/* of the source's file */
	const struct volume_head *head; /* written when all else is copied; may be NULL */
	bool shares_only;		/* blocks with the source, or fails */
	bool may_fill;			/* the pool: nobody looks whether there is room */
	bool is_left; /* after a failure: a part of it, which can't be deleted */
};

/* Makes a volume as a copy of another, byte for byte: a clone where the file system can,
 * else a copy that keeps the holes. */
int volume_copy(struct volume_copy *copy, const char *name, struct error *error);

#endif

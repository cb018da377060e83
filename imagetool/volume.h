/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes as libvirt describes them in XML, https://libvirt.org/formatstorage.html */
#ifndef IMAGETOOL_VOLUME_H
#define IMAGETOOL_VOLUME_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "common/error.h"

struct volume {
	char *name;
	char *path;
	char *format;	    /* "qcow2", "raw", ...; "" where volumes have none */
	char *backing_path; /* NULL without a backing file */
	uint64_t capacity_bytes;
	uint64_t allocation_bytes;
	uint64_t changed_s; /* since 1970; 0: not known */
};

/* The caller frees it with volume_free(). */
int volume_parse(const char *xml, size_t size, struct volume *volume,
		 struct error *error);
/* What libvirt says of a volume right now. */
int volume_read(virStorageVolPtr handle, struct volume *volume, struct error *error);
/* Whether volume_read() failed because the volume, or its file, is gone. */
bool volume_is_gone(void);
void volume_free(struct volume *volume);

/*
 * The volume of that name in a pool; the hypervisor's answer must have that name too.
 * NULL on failure, also when there is none. The caller frees it.
 */
virStorageVolPtr volume_find(virStoragePoolPtr pool, const char *name,
			     struct error *error);
/* The same, but that there is none is no failure: `*handle` is NULL then. */
int volume_look(virStoragePoolPtr pool, const char *name, virStorageVolPtr *handle,
		struct error *error);
/* Fails unless the hypervisor calls a volume as it was asked to. */
int volume_check_name(virStorageVolPtr handle, const char *name, struct error *error);

/* All volumes of a pool, NULL-ended; the caller frees it with volume_handles_free(). */
virStorageVolPtr *volume_handles(virStoragePoolPtr pool, struct error *error);
void volume_handles_free(virStorageVolPtr *handles);
DEFINE_CLEANUP(virStorageVolPtr *, volume_handles_free)

#endif

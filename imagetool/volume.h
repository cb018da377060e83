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
	char *backing_path; /* see backing_path_resolve(); NULL: no backing file */
	uint64_t capacity_bytes;
	uint64_t allocation_bytes;
	uint64_t changed_s; /* last written, since 1970; 0: unknown */
};

/* Parses a volume's XML. The caller frees the volume with volume_free(). */
int volume_parse(const char *xml, size_t size, struct volume *volume,
		 struct error *error);
/* Reads what libvirt reports of a volume now. The caller frees it as above. */
int volume_read(virStorageVolPtr handle, struct volume *volume, struct error *error);
/* Whether the last call of libvirt in this thread failed because the volume, or its file,
 * does not exist. */
bool volume_is_gone(void);
void volume_free(struct volume *volume);

/*
 * Finds the volume of that name in a pool; the hypervisor must report the same name. NULL
 * on failure, also when it does not exist. The caller frees it.
 */
virStorageVolPtr volume_find(virStoragePoolPtr pool, const char *name,
			     struct error *error);
/* The same, but a missing volume is not a failure: `*handle` is NULL then. */
int volume_lookup(virStoragePoolPtr pool, const char *name, virStorageVolPtr *handle,
		  struct error *error);
/* Fails unless the hypervisor reports the volume under that name. */
int volume_check_name(virStorageVolPtr handle, const char *name, struct error *error);

/* All volumes of a pool, NULL-ended; the caller frees it with volume_handles_free(). */
virStorageVolPtr *volume_handles(virStoragePoolPtr pool, struct error *error);
void volume_handles_free(virStorageVolPtr *handles);
DEFINE_CLEANUP(virStorageVolPtr *, volume_handles_free)

#endif

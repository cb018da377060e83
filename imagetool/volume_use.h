/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machines and volumes of a hypervisor use which files. */
#ifndef IMAGETOOL_VOLUME_USE_H
#define IMAGETOOL_VOLUME_USE_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "common/error.h"
#include "common/mem.h"

/* A volume of an active pool. */
struct volume_use_file {
	char *pool, *name, *path;
	char *backing_path; /* of its backing file; NULL: none */
	bool has_machine;   /* a disk of a machine is it, or is an overlay on it */
	bool depends;	    /* for volume_use_find() */
};

struct volume_use_machine {
	char *name, *uuid;
	ARRAY(char *) paths; /* as the domain lists them: sources and backing files */
};

/* Zeroed is empty. */
struct volume_use {
	ARRAY(struct volume_use_file) files;
	ARRAY(struct volume_use_machine) machines;
};

enum volume_use_unreadable { VOLUME_USE_FAIL, VOLUME_USE_IGNORE };

/*
 * Reads all volumes of the active pools, and the disks of all machines, as they run and
 * as they start the next time. A pool is refreshed when a machine uses a file in its
 * folder that it does not list, as snapshots leave them. An overlay that no pool has is
 * seen only in the description of a machine, which lists backing files while it runs. A
 * volume that exists and can't be read is an error, or is left out when `unreadable` says
 * so. The caller frees the result.
 */
int volume_use_read(virConnectPtr connection, enum volume_use_unreadable unreadable,
		    struct volume_use *use, struct error *error);
void volume_use_free(struct volume_use *use);

/* NULL when no active pool has a volume at that path. */
const struct volume_use_file *volume_use_file_find(const struct volume_use *use,
						   const char *path);

/*
 * Who uses one of these files: machines that have it as a disk or below a disk, but for
 * that of `except_uuid` (NULL: none); and volumes that are overlays on it, directly or
 * not, that no machine has and that are not among the files themselves. "machine a,
 * volume default/b", sorted; the caller owns it; NULL when nobody does.
 */
char *volume_use_find(struct volume_use *use, const char *const paths[], size_t count,
		      const char *except_uuid);

#endif

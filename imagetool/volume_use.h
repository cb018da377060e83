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
	char *backing_path;		     /* of its backing file; NULL: none */
	char *real_path, *real_backing_path; /* the same, to be compared */
	bool has_machine; /* it is a machine's disk, or a disk is an overlay on it */
	bool depends;	  /* for volume_use_find() */
};

struct volume_use_machine {
	char *name, *uuid;
	ARRAY(char *) real_paths; /* of its disks, and of their backing files */
};

struct volume_use {
	bool is_local; /* the hypervisor is this machine */
	ARRAY(struct volume_use_file) files;
	ARRAY(struct volume_use_machine) machines;
	/* A disk whose backing files are not known, as its pool is inactive: whose, which
	 * and where, and the name of that pool; NULL: none. */
	char *unseen, *unseen_pool;
};

/*
 * A file may be known by several paths, through symbolic links and ".." for example.
 * Where the hypervisor is this machine, "real" paths are those of realpath(3); elsewhere
 * they are the paths as libvirt reports them, by backing_path_normalize(), and paths
 * through symbolic links are not recognized. A backing file in a form that is not
 * understood counts as every file whose name it contains.
 */

enum volume_use_unreadable { VOLUME_USE_FAIL, VOLUME_USE_IGNORE };

/*
 * Reads all volumes of the active pools, and the disks of all machines: as they run, and
 * as they will start the next time. A pool is refreshed when a machine uses a file in its
 * folder that it does not list, as after a snapshot. An overlay that is in no pool is
 * found only while its machine runs, since only then its description has backing files. A
 * volume that exists but can't be read is an error, or is left out with
 * VOLUME_USE_IGNORE. The caller frees the result.
 */
int volume_use_read(virConnectPtr connection, enum volume_use_unreadable unreadable,
		    struct volume_use *use, struct error *error);
void volume_use_free(struct volume_use *use);

/* Finds the volume at a path; NULL when no active pool has one. */
const struct volume_use_file *volume_use_file_find(const struct volume_use *use,
						   const char *path);

/*
 * Lists the users of these files: machines whose disk is one of them or an overlay on one
 * of them, except the machine `except_uuid` (may be NULL); and other volumes that are
 * overlays on them, directly or not, and that no machine has. The text is sorted:
 * "machine a, volume default/b"; the caller owns it. NULL when there are no users.
 */
char *volume_use_find(struct volume_use *use, const char *const paths[], size_t count,
		      const char *except_uuid);

#endif

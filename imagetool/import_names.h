/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of the volumes that an import uses, and leaves behind when it is killed. */
#ifndef IMAGETOOL_IMPORT_NAMES_H
#define IMAGETOOL_IMPORT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * While an image is imported, these volumes may be in its pool beside it:
 *
 *	.vmango-import-RUN		the image before it has its name, without its
 *					first bytes where libvirt has to copy it
 *	.vmango-lock-RUN_NAME		RUN holds the lock of the image NAME
 *	.vmango-publish-OWNER_NAME	the image NAME is not complete, and without its
 *					first bytes if it is qcow2
 *	.vmango-new-RUN_NAME		a copy of what replaces the image NAME
 *	.vmango-replace-RUN_NAME	that copy is complete; NAME is the old image,
 *					an incomplete new one, or missing
 *	.vmango-whole-RUN_NAME		the same for .vmango-import-RUN, where there
 *					is no room for a copy
 *	.vmango-probe-RUN_NAME		finds out who else uses the image NAME, see
 *					storage_probe.h
 *	.vmango-sync-RUN_NAME		writes the image NAME to the disk, see
 *volume_sync.h
 *
 * OWNER is HOST-RANDOM: HOST identifies the machine that the import runs on, RANDOM the
 * import, or the run of vmango-imagetool remove. RUN is OWNER on its first hypervisor,
 * OWNER-1 on its second, and so on.
 */
enum {
	IMPORT_HOST_LENGTH = 8,
	IMPORT_OWNER_LENGTH = IMPORT_HOST_LENGTH + 1 + 16,
	IMPORT_NAME_MAX = 255,
};

struct import_owner {
	char text[IMPORT_OWNER_LENGTH + 1]; /* "HOST-RANDOM", hexadecimal digits */
};

/* An import on one of its hypervisors. */
struct import_run {
	struct import_owner owner;
	uint32_t number; /* of the hypervisor, from 0 */
};

enum import_name_type {
	IMPORT_OTHER, /* not a volume of an import */
	IMPORT_TEMPORARY,
	IMPORT_LOCK,
	IMPORT_MARK,
	IMPORT_NEW,
	IMPORT_REPLACE,
	IMPORT_WHOLE,
	IMPORT_PROBE,
	IMPORT_SYNC,
};

struct import_name {
	enum import_name_type type;
	struct import_run run;
	const char *image; /* an image's name, inside the parsed text; or NULL */
};

/* Parses the name of a volume; every other name gives IMPORT_OTHER. */
struct import_name import_name_parse(const char *name);

/* Writes a name to `text` and returns it; `image` is ignored for IMPORT_TEMPORARY. */
const char *import_name_format(enum import_name_type type, const struct import_run *run,
			       const char *image, char text[static IMPORT_NAME_MAX + 1]);

/* Whether the volume marks an image that is being replaced by a complete one. */
bool import_name_replaces(const struct import_name *name);
/* Whether the volume marks an image that may be incomplete. */
bool import_name_marks(const struct import_name *name);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of volumes that an import leaves behind when it is killed. */
#ifndef IMAGETOOL_IMPORT_NAMES_H
#define IMAGETOOL_IMPORT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/*
 * While an image is imported, these volumes may be in its pool beside it:
 *
 *	.vmango-import-RUN		the image before it has its name, without its
 *					first bytes where libvirt has to copy it
 *	.vmango-lock-RUN_NAME		RUN is about to give the name NAME to an image
 *	.vmango-publish-OWNER_NAME	the image NAME is not whole
 *	.vmango-new-RUN_NAME		a copy of what is to replace the image NAME
 *	.vmango-replace-RUN_NAME	that copy is whole; NAME is the old image, a
 *					part of the new one, or missing
 *	.vmango-whole-RUN_NAME		the same, of .vmango-import-RUN, where there is
 *					no room for a copy
 *
 * OWNER is HOST-RANDOM: HOST stands for the machine that the import runs on, RANDOM for
 * the import. RUN is OWNER on its first hypervisor, OWNER-1 on the second, and so on.
 */
enum { IMPORT_OWNER_LENGTH = 8 + 1 + 16, IMPORT_NAME_MAX = 255 };

struct import_owner {
	char text[IMPORT_OWNER_LENGTH + 1]; /* "HOST-RANDOM", hexadecimal digits */
};

/* An import on one of its hypervisors. */
struct import_run {
	struct import_owner owner;
	uint32_t number; /* of the hypervisor, from 0 on */
};

enum import_name_type {
	IMPORT_OTHER, /* not of an import */
	IMPORT_TEMPORARY,
	IMPORT_LOCK,
	IMPORT_MARK,
	IMPORT_NEW,
	IMPORT_REPLACE,
	IMPORT_WHOLE,
};

struct import_name {
	enum import_name_type type;
	struct import_run run;
	const char *image; /* an image's name, inside the one that was parsed, or NULL */
};

/* What a volume's name says. */
struct import_name import_name_parse(const char *name);

/* Writes a name; `image` is not used for IMPORT_TEMPORARY. Returns `text`. */
const char *import_name_format(enum import_name_type type, const struct import_run *run,
			       const char *image, char text[static IMPORT_NAME_MAX + 1]);

/* Whether a volume says that an image is being replaced, and another volume whole. */
bool import_name_replaces(const struct import_name *name);
/* Whether a volume says that the image of this name may not be whole. */
bool import_name_marks(const struct import_name *name);

/*
 * Makes a new owner, which is alive as long as the descriptor that is returned is open:
 * it holds a socket with a name that goes away with the process, however that ends. -1 on
 * failure. The caller closes it.
 */
int import_owner_begin(struct import_owner *owner, struct error *error);

enum import_owner_state { OWNER_ALIVE, OWNER_DEAD, OWNER_ELSEWHERE };
/* Whether an owner is alive, as far as this machine can tell. */
enum import_owner_state import_owner_look(const struct import_owner *owner);

#endif

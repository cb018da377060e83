/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of volumes that an import leaves behind when it is killed. */
#ifndef IMAGETOOL_IMPORT_NAMES_H
#define IMAGETOOL_IMPORT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/*
 * While an image is imported, two volumes may stand in its pool beside it:
 *
 *	.vmango-import-HOST-RUN		the image before it has its name; on the second
 *	.vmango-import-HOST-RUN-1	hypervisor of the same import, and so on
 *	.vmango-publish-HOST-RUN_NAME	says that the image NAME is not whole
 *
 * HOST stands for the machine that the import runs on, RUN for the run itself.
 */
enum { IMPORT_OWNER_LENGTH = 8 + 1 + 16, IMPORT_NAME_MAX = 255 };

struct import_owner {
	char text[IMPORT_OWNER_LENGTH + 1]; /* "HOST-RUN", hexadecimal digits */
};

struct import_name {
	enum import_name_type { IMPORT_OTHER, IMPORT_TEMPORARY, IMPORT_MARK } type;
	struct import_owner owner;
	const char *image; /* of a mark, inside the name that was parsed */
};

/* What a volume's name says; IMPORT_OTHER for all that is not of ours. */
struct import_name import_name_parse(const char *name);

/* `number` tells the hypervisors of an import from each other, from 0 on: where a file of
 * that name is, there is its hypervisor's disk. */
const char *import_name_temporary(const struct import_owner *owner, size_t number,
				  char text[static IMPORT_NAME_MAX + 1]);
const char *import_name_mark(const struct import_owner *owner, const char *image,
			     char text[static IMPORT_NAME_MAX + 1]);

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

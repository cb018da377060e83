/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Validates XML with the RELAX NG schemas of libvirt. */
#ifndef PROVISION_RENDER_SCHEMA_H
#define PROVISION_RENDER_SCHEMA_H

#include <stddef.h>

#include "common/error.h"

/* Where distributions install the schemas. */
#define SCHEMA_DIRECTORY "/usr/share/libvirt/schemas"

struct schema;

/* The kinds that schema_open() accepts; NULL-ended. */
extern const char *const schema_kinds[];

/* Loads the schema for a kind of object ("domain") from a directory. libxml2 is loaded
 * when this is called first, since other runs do not need it. NULL on failure. The caller
 * frees the schema. */
struct schema *schema_open(const char *directory, const char *kind, struct error *error);

/* Validates a well-formed document. Adds each problem as "line N: reason" and returns -1
 * when there is one. */
int schema_check(const struct schema *schema, const char *text, size_t size,
		 struct error_list *problems);

void schema_free(struct schema *schema);

#endif

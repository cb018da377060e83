/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML held against the RELAX NG schemas that libvirt ships. */
#ifndef PROVISION_RENDER_SCHEMA_H
#define PROVISION_RENDER_SCHEMA_H

#include <stddef.h>

#include "common/error.h"

/* Where distributions put the schemas. */
#define SCHEMA_DIRECTORY "/usr/share/libvirt/schemas"

struct schema;

/* The kinds that schema_open() knows; NULL-ended. */
extern const char *const schema_kinds[];

/*
 * Loads the schema for a kind of object ("domain") from a directory. libxml2 is loaded at
 * run time, by the first call, and stays loaded. NULL on failure. The caller frees it.
 */
struct schema *schema_open(const char *directory, const char *kind, struct error *error);

/* Checks a well-formed document; what is wrong goes to `problems`, "line N: reason". */
int schema_check(const struct schema *schema, const char *text, size_t size,
		 struct error_list *problems);

void schema_free(struct schema *schema);

#endif

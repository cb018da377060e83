/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vocabulary of templates: what vmango-provision(1) tells them about a machine. */
#ifndef PROVISION_RENDER_VOCABULARY_H
#define PROVISION_RENDER_VOCABULARY_H

#include <stddef.h>

enum context_type {
	CONTEXT_OBJECT,
	CONTEXT_LIST,
	CONTEXT_TEXT,
	CONTEXT_NUMBER,
	CONTEXT_TRUTH,
	CONTEXT_MARKUP, /* XML, inserted as it is */
};

struct context_field {
	const char *path; /* "Machine.Ip.Address"; "[]" stands for an element of a list */
	enum context_type type;
	const char *meaning;
};

/* All fields, an object in front of what is in it. What is not known is null. */
extern const struct context_field context_fields[];
extern const size_t context_field_count;

/* The field at a path, NULL when there is none. "" gives an object, the data itself. */
const struct context_field *context_find(const char *path);

/* The name of the member of the object at `path` that is nearest to a word; NULL when
 * none is. It is part of the table: a NUL stands behind it. */
const char *context_nearest(const char *path, const char *word);

/* "an object", "a list", "text", ...: for messages. */
const char *context_type_name(enum context_type type);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vocabulary of templates: what vmango-provision(1) tells them about a machine. */
#ifndef PROVISION_RENDER_VOCABULARY_H
#define PROVISION_RENDER_VOCABULARY_H

#include <stddef.h>

enum vocabulary_type {
	FIELD_OBJECT,
	FIELD_LIST,
	FIELD_TEXT,
	FIELD_NUMBER,
	FIELD_TRUTH,
	FIELD_MARKUP, /* XML, inserted as it is */
};

struct field_entry {
	const char *path; /* "Machine.Ip.Address"; "[]" stands for an element of a list */
	enum vocabulary_type type;
	const char *meaning;
};

/* All fields, an object in front of what is in it. What is not known is null. */
extern const struct field_entry vocabulary[];
extern const size_t vocabulary_count;

/* The field at a path, NULL when there is none. "" gives an object, the data itself. */
const struct field_entry *vocabulary_find(const char *path);

/* The name of the member of the object at `path` that is nearest to a word; NULL when
 * none is. It is part of the table: a NUL stands behind it. */
const char *vocabulary_nearest(const char *path, const char *word);

/* "an object", "a list", "text", ...: for messages. */
const char *vocabulary_type_name(enum vocabulary_type type);

#endif

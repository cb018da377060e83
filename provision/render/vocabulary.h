/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of the context that vmango-provision(1) renders templates with. */
#ifndef PROVISION_RENDER_VOCABULARY_H
#define PROVISION_RENDER_VOCABULARY_H

#include <stddef.h>

enum vocabulary_type {
	FIELD_OBJECT,
	FIELD_LIST,
	FIELD_TEXT,
	FIELD_NUMBER,
	FIELD_TRUTH,
	FIELD_MARKUP, /* XML, inserted unchanged */
};

struct field_entry {
	const char *path; /* "Machine.Ip.Address"; "[]" is an element of a list */
	enum vocabulary_type type;
	const char *meaning;
};

/* All fields, each object before its members. Unknown values are null. */
extern const struct field_entry vocabulary[];
extern const size_t vocabulary_count;

/* Fields that templates of Vmango can have, and that this context has not. */
struct field_former {
	const char *path;
	const char *instead; /* the field to use; NULL: there is none */
};

/* By their names, as vmango-templates(7) lists them. */
extern const struct field_former vocabulary_former[];
extern const size_t vocabulary_former_count;

/* NULL when it is none of these. */
const struct field_former *vocabulary_former_find(const char *path);

/* The field at a path, NULL when there is none. "" is the whole context, an object. */
const struct field_entry *vocabulary_find(const char *path);

/* The name of the member of the object at `path` that is nearest to a word; NULL when
 * none is near. It is part of the table. */
const char *vocabulary_nearest(const char *path, const char *word);

/* "an object", "a list", "text", ..., for messages. */
const char *vocabulary_type_name(enum vocabulary_type type);

#endif

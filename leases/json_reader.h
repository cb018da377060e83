/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON text (RFC 8259), read where it lies, so that a broken piece can be stepped over.
 */
#ifndef LEASES_JSON_READER_H
#define LEASES_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"

/*
 * A tree of json-c can't say what is around a syntax error, and takes several
 * allocations for each member. This reads a value at a time and makes none.
 */
struct json_reader {
	const char *at;
	const char *end;
};

/* A value: a string without its quotes (escapes are still in it), a number or word, or
 * something nested that was stepped over. It points into the reader's text. */
struct json_value {
	enum { JSON_NOTHING, JSON_STRING, JSON_SCALAR, JSON_NESTED } type;
	const char *text;
	size_t size;
	bool escaped; /* a string with a backslash in it */
};

enum { JSON_READER_DEPTH_MAX = 64 };

/* Steps over white space; tells whether anything follows. */
bool json_reader_more(struct json_reader *reader);

/* Steps over white space, then over `c` if it is there; tells whether it was. */
bool json_reader_take(struct json_reader *reader, char c);

/* Reads any value. False on a syntax error; the reader is then somewhere behind it. */
bool json_reader_value(struct json_reader *reader, struct json_value *value);

/* Steps on to the next `{` or `]` that is in no string, or to the end. A line break ends
 * a string here, so a missing quote costs one line. */
void json_reader_resume(struct json_reader *reader);

/*
 * Appends what a string or scalar says, UTF-8, escapes resolved. False for nested values,
 * broken escapes, half surrogate pairs and U+0000; the buffer may then hold a part.
 */
bool json_value_text(const struct json_value *value, struct buf *text);

#endif

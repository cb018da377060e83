/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads JSON text (RFC 8259) in place, so that a reader can continue after an error. */
#ifndef LEASES_JSON_READER_H
#define LEASES_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"

/*
 * json-c returns no tree for a text with a syntax error, and makes several allocations
 * for each member. This reads one value at a time, without allocations.
 */
struct json_reader {
	const char *at;
	const char *end;
};

/* A string without its quotes (with its escapes), a number or word, or a list or object
 * that was skipped. It points into the reader's text. */
struct json_value {
	enum { JSON_NOTHING, JSON_STRING, JSON_SCALAR, JSON_NESTED } type;
	const char *text;
	size_t size;
	bool escaped; /* the string has a backslash */
};

enum { JSON_READER_DEPTH_MAX = 64 };

/* Skips white space; returns whether anything follows. */
bool json_reader_more(struct json_reader *reader);

/* Skips white space, then the character `c`; false if another one follows. */
bool json_reader_take(struct json_reader *reader, char c);

/* Reads any value. False on a syntax error; the reader is then somewhere after it. */
bool json_reader_value(struct json_reader *reader, struct json_value *value);

/* Skips to the next `{` or `]` outside of a string, or to the end. Here a line break ends
 * a string, so a missing quote affects only one line. */
void json_reader_resume(struct json_reader *reader);

/*
 * Appends the text of a string or scalar in UTF-8, with its escapes decoded. False for
 * nested values, invalid escapes, half surrogate pairs and U+0000; the buffer may then
 * hold a part of the text.
 */
bool json_value_text(const struct json_value *value, struct buf *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses JSON strictly and with limits, and puts any text into JSON. */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "common/error.h"

enum {
	/* Bytes of the largest document; a parsed one takes up to 40 times as much. */
	JSON_SIZE_MAX = 8 * 1024 * 1024,
	/* Levels of nested lists and objects. */
	JSON_DEPTH_MAX = 100,
};

/*
 * Parses `size` bytes: one value (RFC 8259) in UTF-8, followed only by white space, with
 * integers in the range of int64_t or uint64_t and at most `max_depth` (up to
 * JSON_DEPTH_MAX) nested lists and objects. Of members with the same name the last one is
 * used. `*json` becomes the value, NULL for null; the caller calls json_object_put(). The
 * error is "line N: reason".
 */
int json_parse(const char *text, size_t size, unsigned int max_depth, json_object **json,
	       struct error *error);

/* A string; bytes that are not UTF-8 become U+FFFD, since JSON can't express them. */
json_object *json_text(const char *text);

/* Add a member to an object; NULL becomes null. */
void json_add_text(json_object *object, const char *name, const char *text);
void json_add_number(json_object *object, const char *name, uint64_t number);

/* For CLEANUP() on a json_object *. */
static inline void json_put(json_object **json)
{
	json_object_put(*json);
}

#endif

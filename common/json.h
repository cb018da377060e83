/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON of others parsed strictly, with limits; text of others put into JSON. */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <json-c/json.h>
#include <stddef.h>

#include "common/cleanup.h"
#include "common/error.h"

enum {
	/* The largest document that is read, in bytes; parsed it takes up to 40 times as
	 * much. */
	JSON_SIZE_MAX = 8 * 1024 * 1024,
	/* How deeply lists and objects may be nested, at most. */
	JSON_DEPTH_MAX = 100,
};

/*
 * Parses `size` bytes: one value by RFC 8259 and nothing behind it but white space,
 * UTF-8, integers in the range of int64_t or uint64_t, `max_depth` (to JSON_DEPTH_MAX)
 * lists and objects within each other. Of members of one name the last counts. `*json`
 * becomes the value, NULL for null; the caller releases it with json_object_put(). The
 * error is "line N: reason".
 */
int json_parse(const char *text, size_t size, unsigned int max_depth, json_object **json,
	       struct error *error);

/* A string; bytes that are no UTF-8 become U+FFFD, since JSON can't hold them. */
json_object *json_text(const char *text);

/* For CLEANUP() on a json_object *. */
static inline void json_put(json_object **json)
{
	json_object_put(*json);
}

#endif

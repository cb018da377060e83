/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Templates in the language of Go's text/template, rendered on JSON data. */
#ifndef PROVISION_TEMPLATE_TEMPLATE_H
#define PROVISION_TEMPLATE_TEMPLATE_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"

/*
 * The language: https://pkg.go.dev/text/template, on data as encoding/json would decode
 * it, but with integers as int (uint64 above 2^63 - 1) instead of float64; no complex
 * numbers, methods, channels and calls. vmango-render(1) says what is added.
 *
 * A template is parsed once and is not changed by rendering, so any number of threads may
 * render one template at the same time, also on the same data.
 */
struct template;

enum {
	/* The largest template file, in bytes. */
	TEMPLATE_SIZE_MAX = 1024 * 1024,
	/* How deeply blocks and parentheses may be nested in a template, together. */
	TEMPLATE_NESTING_MAX = 200,
	/* How deeply lists and objects may be nested in the data. */
	TEMPLATE_DATA_DEPTH_MAX = 100,
	/* How many templates may call each other, at most. */
	TEMPLATE_CALLS_MAX = 1000,
};

/*
 * `size` bytes of template text, which is copied. The name stands in messages. NULL on
 * failure; the error is "name:line:column: reason", columns count bytes from 1. The
 * caller frees the template.
 */
struct template *template_parse(const char *name, const char *text, size_t size,
				struct error *error);

/*
 * Adds a further file: what it defines becomes known to the template, as in Go a later
 * definition replaces an earlier one unless it is empty, and its own body is defined
 * under the last part of its name. On failure the template is as before.
 */
int template_parse_more(struct template *tmpl, const char *name, const char *text,
			size_t size, struct error *error);

void template_free(struct template *tmpl);

enum template_escape {
	TEMPLATE_ESCAPE_NONE, /* plain text/template */
	TEMPLATE_ESCAPE_XML,  /* values are escaped for where they stand in the XML */
};

/* What a field is that the data does not have; text/template's option "missingkey". */
enum template_missing {
	TEMPLATE_MISSING_ERROR,
	TEMPLATE_MISSING_ZERO,	  /* null */
	TEMPLATE_MISSING_DEFAULT, /* no value, which may be asked for fields again */
};

/* Zeroed is plain text, missing fields are errors, default limits. */
struct template_options {
	enum template_escape escape;
	enum template_missing missing;
	/* NULL-ended names of fields whose values are XML and are not escaped; NULL: none
	 */
	const char *const *markup;
	/* Bytes of output, and also of all text that is made on the way; 0: 32 MiB. */
	size_t max_output;
	/* Actions, loops, calls and each 16 bytes that they handle; 0: 10 million. */
	uint64_t max_steps;
	/* Templates that call templates; 0: TEMPLATE_CALLS_MAX, which is the most. */
	unsigned int max_depth;
};

/*
 * Appends the rendering of `data` (borrowed, NULL is JSON's null) to `output`. `options`
 * may be NULL. On failure the output is as before and the error is
 * "name:line:column: <expression>: reason".
 */
int template_render(const struct template *tmpl, json_object *data,
		    const struct template_options *options, struct buf *output,
		    struct error *error);

#endif

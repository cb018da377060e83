/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Renders JSON data with templates in the language of Go's text/template. */
#ifndef PROVISION_TEMPLATE_TEMPLATE_H
#define PROVISION_TEMPLATE_TEMPLATE_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"

/*
 * The language is that of https://pkg.go.dev/text/template, without complex numbers,
 * methods, channels and calls of function values. The data are what encoding/json
 * decodes, except that integers are int (uint64 above 2^63 - 1) and not float64.
 * vmango-render(1) lists what is added.
 *
 * Rendering does not change a template or the data, so any number of threads may render
 * one template at the same time, also with the same data.
 */
struct template;

enum {
	/* The largest template file, in bytes. */
	TEMPLATE_SIZE_MAX = 1024 * 1024,
	/* The nesting of blocks and parentheses in a template, together. */
	TEMPLATE_NESTING_MAX = 200,
	/* The nesting of lists and objects in the data. */
	TEMPLATE_DATA_DEPTH_MAX = 100,
	/* The nesting of calls of templates. */
	TEMPLATE_CALLS_MAX = 1000,
};

/* Parses `size` bytes of text, which are copied. `name` is used in messages. NULL on
 * failure; the error is "name:line:column: reason", where columns count bytes from 1. The
 * caller frees the template. */
struct template *template_parse(const char *name, const char *text, size_t size,
				struct error *error);

/* Adds another file. The template can then call what the file defines, and the file's own
 * body by the last part of its name. As in Go, a later definition replaces an earlier one
 * unless it is empty. On failure the template is unchanged. */
int template_parse_more(struct template *tmpl, const char *name, const char *text,
			size_t size, struct error *error);

void template_free(struct template *tmpl);

enum template_escape {
	TEMPLATE_ESCAPE_NONE, /* plain text/template */
	TEMPLATE_ESCAPE_XML,  /* values are escaped for their place in the XML */
};

/* What a missing field of the data is; the option "missingkey" of text/template. */
enum template_missing {
	TEMPLATE_MISSING_ERROR,
	TEMPLATE_MISSING_ZERO,	  /* null */
	TEMPLATE_MISSING_DEFAULT, /* no value, of which fields may be taken */
};

/* Zeroed: plain text, missing fields are errors, default limits. */
struct template_options {
	enum template_escape escape;
	enum template_missing missing;
	/* NULL-ended names of fields whose values are XML and are not escaped; NULL: none
	 */
	const char *const *markup;
	/* Bytes of output, and also of the texts that are created meanwhile; 0: 32
	 * MiB. */
	size_t max_output;
	/* Actions, iterations, calls and each 16 bytes that they process; 0: 10
	 * million. */
	uint64_t max_steps;
	/*
	 * In XML mode, NULL or a buffer to which the shape of the document is appended:
	 * the document, with values shortened where they can't decide whether it is
	 * well-formed. Two documents of one shape are both well-formed, or both not.
	 */
	struct buf *shape;
	/* The nesting of calls of templates; 0: TEMPLATE_CALLS_MAX, which is the
	 * maximum. */
	unsigned int max_depth;
};

/* Renders `data` (borrowed; NULL is JSON's null) and appends the result to `output`.
 * `options` may be NULL. On failure `output` is unchanged and the error is
 * "name:line:column: <expression>: reason". */
int template_render(const struct template *tmpl, json_object *data,
		    const struct template_options *options, struct buf *output,
		    struct error *error);

#endif

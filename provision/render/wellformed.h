/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks that text is a well-formed XML document. */
#ifndef PROVISION_RENDER_WELLFORMED_H
#define PROVISION_RENDER_WELLFORMED_H

#include <stddef.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/error.h"

enum {
	/* The nesting of elements; the limit of libxml2. */
	WELLFORMED_DEPTH_MAX = 256,
};

/* A checker for any number of documents, one after the other. */
struct wellformed;

struct wellformed *wellformed_new(void);
void wellformed_free(struct wellformed *checker);
DEFINE_CLEANUP(struct wellformed *, wellformed_free)

/*
 * Well-formed by https://www.w3.org/TR/xml/ and https://www.w3.org/TR/xml-names/ as expat
 * reads them (names by the fourth edition), at most INT_MAX bytes of UTF-8. A document
 * type declaration is refused: the only entities are the five of XML itself, and nothing
 * else is loaded. The error is "line N, column N: reason: the line"; columns count bytes
 * from 1.
 */
int wellformed_check(struct wellformed *checker, const char *text, size_t size,
		     struct error *error);

/*
 * The same for a document with its shape (template_options.shape), which is not read
 * again when it has the shape of the document before: renderings of one template mostly
 * differ only in values. The contents of `shape` are then undefined.
 */
int wellformed_check_shape(struct wellformed *checker, const struct buf *document,
			   struct buf *shape, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether text is an XML document. */
#ifndef PROVISION_RENDER_WELLFORMED_H
#define PROVISION_RENDER_WELLFORMED_H

#include <stddef.h>

#include "common/cleanup.h"
#include "common/error.h"

enum {
	/* Elements within each other; libxml2 takes no more. */
	WELLFORMED_DEPTH_MAX = 256,
};

/* Reads any number of documents, one after the other; the caller frees it. */
struct wellformed;

struct wellformed *wellformed_new(void);
void wellformed_free(struct wellformed *checker);
DEFINE_CLEANUP(struct wellformed *, wellformed_free)

/*
 * Well-formed by https://www.w3.org/TR/xml/ and https://www.w3.org/TR/xml-names/ as expat
 * reads them (names by the fourth edition), at most INT_MAX bytes of UTF-8. A document
 * type declaration is refused, so there are no entities but the five of XML itself, and
 * nothing is loaded from elsewhere. The error is "line N, column N: reason: the line";
 * columns count bytes from 1.
 */
int wellformed_check(struct wellformed *checker, const char *text, size_t size,
		     struct error *error);

#endif

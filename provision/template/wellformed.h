/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether text is an XML document. */
#ifndef PROVISION_TEMPLATE_WELLFORMED_H
#define PROVISION_TEMPLATE_WELLFORMED_H

#include <stddef.h>

#include "common/error.h"

enum {
	/* Elements within each other; libxml2 takes no more. */
	WELLFORMED_DEPTH_MAX = 256,
	/* Attributes of one element. */
	WELLFORMED_ATTRIBUTES_MAX = 1000,
};

/*
 * Well-formed by https://www.w3.org/TR/xml/ and https://www.w3.org/TR/xml-names/, in
 * UTF-8, without a document type declaration and so with the five entities of XML itself.
 * The error is "line N, column N: reason: the line". Libraries that do it take longer to
 * load, or to check, than a template to render; the fuzz target holds this against two of
 * them.
 */
int wellformed_check(const char *text, size_t size, struct error *error);

#endif

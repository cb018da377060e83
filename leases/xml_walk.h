/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads XML without building a tree, by expat. */
#ifndef LEASES_XML_WALK_H
#define LEASES_XML_WALK_H

#include <stddef.h>

#include "common/error.h"

enum {
	XML_WALK_SIZE_MAX = 32 * 1024 * 1024,
	XML_WALK_PATH_MAX = 256,
};

/*
 * Parses `size` bytes and calls `element` with `data` at the start of each element, with
 * its path ("/domain/devices/interface") and its attributes: names and values in turn,
 * with NULL at the end. Both are valid during the call only. Elements whose path is
 * longer than XML_WALK_PATH_MAX are skipped.
 *
 * A program with expat starts in a quarter of the time that libxml2 and its ICU take,
 * which the lease monitor needs. Document type declarations are refused, so there are no
 * entities other than XML's own. Fails with "line N: reason" on that, on XML that is not
 * well-formed, and above XML_WALK_SIZE_MAX bytes; `element` may have been called by then.
 */
int xml_walk(const char *text, size_t size,
	     void (*element)(void *data, const char *path, const char *const *attributes),
	     void *data, struct error *error);

/* The value of an attribute, NULL when there is none. */
const char *xml_walk_attribute(const char *const *attributes, const char *name);

#endif

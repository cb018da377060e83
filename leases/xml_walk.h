/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML that libvirt wrote, walked through without building a tree. */
#ifndef LEASES_XML_WALK_H
#define LEASES_XML_WALK_H

#include <stddef.h>

#include "common/error.h"

enum {
	XML_WALK_SIZE_MAX = 32 * 1024 * 1024,
	XML_WALK_PATH_MAX = 256,
};

/*
 * Parses `size` bytes and calls `element` with `data` for each element as it begins, with
 * its path ("/domain/devices/interface") and its attributes: names and values in turn,
 * NULL behind the last. Both live during the call. Elements whose path is longer than
 * XML_WALK_PATH_MAX are stepped over.
 *
 * expat does it, which the lease monitor can start with in a quarter of
 * the time that libxml2 and its ICU take. There are no external entities, and a document
 * type declaration, without which no entity can be declared, is refused. Fails with "line
 * N: reason" on that, on what is not well-formed, and above XML_WALK_SIZE_MAX bytes;
 * `element` may have been called by then.
 */
int xml_walk(const char *text, size_t size,
	     void (*element)(void *data, const char *path, const char *const *attributes),
	     void *data, struct error *error);

/* The value of an attribute, NULL when there is none. */
const char *xml_walk_attribute(const char *const *attributes, const char *name);

#endif

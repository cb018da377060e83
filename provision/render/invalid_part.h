/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of a document that makes it invalid. */
#ifndef PROVISION_RENDER_INVALID_PART_H
#define PROVISION_RENDER_INVALID_PART_H

#include <stdbool.h>

/*
 * Of a document that is not valid, finds the smallest element or attribute without which
 * it is, since libxml2 names only an outer element: `is_valid` is called for the document
 * without each of them. The result is `/domain/devices/disk[2]/@type is "volume"`; the
 * caller owns it. NULL if there is no such part, as when there are several errors, or
 * something is missing.
 */
char *invalid_part(const char *xml, bool (*is_valid)(const void *data, const char *xml),
		   const void *data);

#endif

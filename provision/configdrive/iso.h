/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files in memory to an ISO 9660 image in memory, the same bytes each time. */
#ifndef PROVISION_CONFIGDRIVE_ISO_H
#define PROVISION_CONFIGDRIVE_ISO_H

#include <stddef.h>

#include "common/buf.h"
#include "common/error.h"

/* A file of the image; everything is borrowed. */
struct iso_file {
	const char
		*path; /* relative, its folders are made: "openstack/latest/user_data" */
	const void *data;
	size_t size;
};

/*
 * Appends to `image` an ISO 9660 image (ECMA-119, level 3) with Rock Ridge and Joliet
 * names, of a whole number of 2048-byte sectors. The label stands in both volume
 * descriptors as given, lower-case letters too, at most 16 characters of ASCII (Joliet
 * holds no more).
 *
 * The image depends on the arguments alone: all times are 1980-01-01 00:00:00 UTC, every
 * file is owned by 0:0, files have mode 0444 and folders 0555, and neither time zone nor
 * locale matters. May be called by several threads, which then take turns: see the
 * source.
 */
int iso_build(const char *label, const struct iso_file *files, size_t count,
	      struct buf *image, struct error *error);

#endif

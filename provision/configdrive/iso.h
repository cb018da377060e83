/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds an ISO 9660 image in memory, the same bytes each time. */
#ifndef PROVISION_CONFIGDRIVE_ISO_H
#define PROVISION_CONFIGDRIVE_ISO_H

#include <stddef.h>

#include "common/buf.h"
#include "common/error.h"

/* A file of the image; everything is borrowed. */
struct iso_file {
	const char *path; /* relative, with its folders: "openstack/latest/user_data" */
	const void *data;
	size_t size;
};

/*
 * Appends to `image` an ISO 9660 image (ECMA-119, level 3) with Rock Ridge and Joliet
 * names, of a whole number of 2048-byte sectors. The label, at most 16 characters of
 * ASCII (the limit of Joliet), is written to both volume descriptors unchanged,
 * lower-case letters too.
 *
 * The image depends only on the arguments: all times are 1980-01-01 00:00:00 UTC, every
 * file is owned by 0:0, files have mode 0444 and folders 0555, and neither time zone nor
 * locale have an effect. Thread-safe: callers wait for each other.
 */
int iso_build(const char *label, const struct iso_file *files, size_t count,
	      struct buf *image, struct error *error);

#endif

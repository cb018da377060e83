/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of checksums: SHA256SUMS, CHECKSUM, NAME.sha256. */
#ifndef IMAGETOOL_SUMS_H
#define IMAGETOOL_SUMS_H

#include <stddef.h>

#include "common/error.h"
#include "imagetool/digest.h"

enum { SUMS_SIZE_MAX = 4 * 1024 * 1024 };

/*
 * Finds the checksum of `name`, a file name without its folder, in a text of these lines:
 *
 *	HEX  NAME		GNU; " *" before the name for binary mode, "\" before the
 *				digits when \\ and \n (and \r) in the name are escaped
 *	SHA256 (NAME) = HEX	BSD, as Fedora, FreeBSD and Rocky publish them
 *	HEX			for a file without a name
 *
 * NAME may have folders; other lines (comments, PGP signatures) are ignored. With `name`
 * NULL the text must be about one file. SHA-512 is preferred to SHA-256. Fails when no
 * checksum is found, when two of one type differ, and when `name` is NULL and the text is
 * about several files.
 */
int sums_find(const char *text, size_t size, const char *name, struct checksum *checksum,
	      struct error *error);

#endif

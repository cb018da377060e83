/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files of checksums: SHA256SUMS, CHECKSUM, NAME.sha256. */
#ifndef IMAGETOOL_SUMS_H
#define IMAGETOOL_SUMS_H

#include <stddef.h>

#include "common/error.h"
#include "imagetool/digest.h"

enum { SUMS_SIZE_MAX = 4 * 1024 * 1024 };

/*
 * Finds the checksum of `name`, a file name without its folder, in a text of lines
 *
 *	HEX  NAME		GNU; " *" before the name for binary mode, "\" before the
 *				digits when \\ and \n (and \r) in the name are escaped
 *	SHA256 (NAME) = HEX	BSD, as Fedora, FreeBSD and Rocky publish them
 *	HEX			alone in the file: that of the only file there is
 *
 * where NAME may have folders before it; other lines (comments, PGP signatures) are
 *passed over. `name` NULL stands for the only file that is named. SHA-512 goes before
 *SHA-256 where both are there. Fails when there is none, when two of one kind differ, and
 *when it is not clear which file is meant.
 */
int sums_find(const char *text, size_t size, const char *name, struct checksum *checksum,
	      struct error *error);

#endif

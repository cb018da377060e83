/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parses numbers, with checks. */
#ifndef COMMON_NUM_H
#define COMMON_NUM_H

#include <stdint.h>

#include "common/error.h"

/*
 * Parses decimal digits; the value is from `min` to `max`. Fails on an empty text, signs,
 * spaces, other characters and values out of range; `*value` is then unchanged.
 */
int num_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value,
	      struct error *error);

/*
 * Parses a size: digits and a unit, one of B, K, M, G, T, P, or of the last five with "B"
 * or "iB", in upper or lower case; all are powers of 1024. Without a unit it is
 * multiplied by `default_unit` bytes. The maximum is 2^63 - 1 bytes, as in libvirt's XML
 * and in files.
 */
int num_parse_size(const char *text, uint64_t default_unit, uint64_t *size_bytes,
		   struct error *error);

/* Writes a human-readable size, "1.5 GiB", into `text` and returns it. */
enum { NUM_SIZE_TEXT_MAX = 32 };
const char *num_size_text(uint64_t size_bytes, char text[static NUM_SIZE_TEXT_MAX]);

#endif

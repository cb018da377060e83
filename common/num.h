/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers out of text, checked. */
#ifndef COMMON_NUM_H
#define COMMON_NUM_H

#include <stdint.h>

#include "common/error.h"

/*
 * Decimal digits and nothing else, from `min` to `max`. Fails on an empty text, signs,
 * spaces, other characters, and values out of range; `*value` is then left alone.
 */
int num_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value,
	      struct error *error);

/*
 * A size as people write it, in bytes: digits and a unit out of B, K, M, G, T, P, each of
 * the last five also with "B" or "iB" behind, in any case, always powers of 1024. Without
 * a unit the number counts `default_unit` bytes. At most 2^63 - 1 bytes, as libvirt's XML
 * and files have it.
 */
int num_parse_size(const char *text, uint64_t default_unit, uint64_t *size_bytes,
		   struct error *error);

/* "1.5 GiB": a size for people, in `text`, which it returns. */
enum { NUM_SIZE_TEXT_MAX = 32 };
const char *num_size_text(uint64_t size_bytes, char text[static NUM_SIZE_TEXT_MAX]);

#endif

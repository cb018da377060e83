/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unpacks the beginning of a raw deflate stream (RFC 1951) in memory. */
#ifndef IMAGETOOL_INFLATE_H
#define IMAGETOOL_INFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* Unpacks the first `size` bytes to `data`; fails when there are fewer. */
int inflate_start(const uint8_t *packed, size_t packed_size, uint8_t *data, size_t size,
		  struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the parts of an image that are zeros and need not be sent. */
#define _GNU_SOURCE
#include <string.h>

#include "imagetool/sparse.h"

static bool is_zero(const uint8_t *data, size_t size)
{
	return data[0] == 0 && !memcmp(data, data + 1, size - 1);
}

static size_t block_size(size_t left)
{
	return left < SPARSE_BLOCK_SIZE ? left : SPARSE_BLOCK_SIZE;
}

/* How many bytes from the start are zeros, in whole blocks. */
static size_t zeros(const uint8_t *data, size_t size)
{
	size_t at = 0;

	while (at < size && is_zero(data + at, block_size(size - at)))
		at += block_size(size - at);
	return at;
}

size_t sparse_run(const uint8_t *data, size_t size, bool *is_hole)
{
	size_t run = zeros(data, size), at;

	*is_hole = run && (run >= SPARSE_HOLE_MIN || run == size);
	if (*is_hole)
		return run;
	for (at = run; at < size; at += run) {
		run = zeros(data + at, size - at);
		if (run >= SPARSE_HOLE_MIN || (run && run == size - at))
			return at;
		run += block_size(size - at - run);
	}
	return size;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the parts of an image that are zeros and need not be sent. */
#ifndef IMAGETOOL_SPARSE_H
#define IMAGETOOL_SPARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SPARSE_BLOCK_SIZE = 4096, /* of file systems: a hole consists of blocks */
	/* A shorter run of zeros is sent, since a hole needs a message of its own. */
	SPARSE_HOLE_MIN = 4 * SPARSE_BLOCK_SIZE,
};

/*
 * Returns the length of the first run in `data`: zeros when `*is_hole`, else bytes that
 * have to be sent. `data` is at a multiple of SPARSE_BLOCK_SIZE in the image.
 */
size_t sparse_run(const uint8_t *data, size_t size, bool *is_hole);

#endif

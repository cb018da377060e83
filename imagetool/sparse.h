/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which parts of an image are zeros, and need not be sent. */
#ifndef IMAGETOOL_SPARSE_H
#define IMAGETOOL_SPARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SPARSE_BLOCK_SIZE = 4096, /* of file systems: holes are whole blocks */
	/* A shorter run of zeros is sent, since a hole costs a message of its own. */
	SPARSE_HOLE_MIN = 4 * SPARSE_BLOCK_SIZE,
};

/*
 * The length of the first run in `data`, which lies at a multiple of SPARSE_BLOCK_SIZE in
 * the image: of zeros when `*is_hole`, else of what has to be sent.
 */
size_t sparse_run(const uint8_t *data, size_t size, bool *is_hole);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unpacks a stream of bytes: gzip, bzip2, xz, zstd, lz4, by libarchive. */
#ifndef IMAGETOOL_UNPACK_H
#define IMAGETOOL_UNPACK_H

#include <stddef.h>
#include <sys/types.h>

#include "common/error.h"
#include "imagetool/image_content.h"

struct unpack;

/* Sets `data` to the next compressed bytes, valid until the next call, and returns their
 * number; 0 at the end, -1 and errno on failure. */
typedef ssize_t unpack_input(void *context, const void **data);

/* Reads the first input. The caller frees the result. NULL on failure. */
struct unpack *unpack_begin(enum image_content packing, unpack_input *input,
			    void *context, struct error *error);

/*
 * Fills `data` and returns the number of bytes, less than `capacity` only at the end. -1
 * when the compressed bytes are damaged or end too early.
 */
ssize_t unpack_read(struct unpack *unpack, void *data, size_t capacity,
		    struct error *error);

void unpack_free(struct unpack *unpack);

#endif

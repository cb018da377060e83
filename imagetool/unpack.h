/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packed bytes in, unpacked bytes out: gzip, bzip2, xz, zstd, lz4 by libarchive. */
#ifndef IMAGETOOL_UNPACK_H
#define IMAGETOOL_UNPACK_H

#include <stddef.h>
#include <sys/types.h>

#include "common/error.h"
#include "imagetool/image_content.h"

struct unpack;

/* Gives the next packed bytes, borrowed until it is called again; 0 at the end, -1 and
 * errno on failure. */
typedef ssize_t unpack_input(void *context, const void **data);

/* Starts with the first input. The caller frees it. NULL on failure. */
struct unpack *unpack_begin(enum image_content packing, unpack_input *input,
			    void *context, struct error *error);

/*
 * Fills `data`; less than `capacity` only at the end. Fails when the packed bytes are
 * damaged or end too early. -1 on failure, else how many bytes.
 */
ssize_t unpack_read(struct unpack *unpack, void *data, size_t capacity,
		    struct error *error);

void unpack_free(struct unpack *unpack);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An image on its way out of a file or a pipe: unpacked, holes as holes, checksum taken.
 */
#ifndef IMAGETOOL_IMAGE_SOURCE_H
#define IMAGETOOL_IMAGE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "common/error.h"
#include "imagetool/digest.h"
#include "imagetool/image_content.h"
#include "imagetool/image_reader.h"

/* What import and inspect read of an image at most, unless the user says otherwise. */
#define IMAGE_MAX_SIZE_DEFAULT (UINT64_C(2) << 40)

struct image_source;

struct image_source_options {
	uint64_t max_size_bytes;	  /* of the image; more is an error */
	const enum digest_type *checksum; /* taken over the bytes as they are; or NULL */
	const int *cancel_fd;		  /* reading fails once it can be read; or NULL */
};

/*
 * Opens a file, or standard input for "-". Packed ones (gzip, bzip2, xz, zstd, lz4) are
 * told by their first bytes and unpacked. The caller frees it. NULL on failure.
 */
struct image_source *image_source_open(const char *path,
				       const struct image_source_options *options,
				       struct error *error);

/* What it is packed with; CONTENT_RAW when it is not. */
enum image_content image_source_packing(const struct image_source *source);

/* The size of the file as it is; -1 when it is a pipe. */
int image_source_size(const struct image_source *source, uint64_t *size_bytes);
/* How many of those bytes are done, for a progress display; may be asked by any thread.
 */
uint64_t image_source_position(const struct image_source *source);

/* A reader of the image, when it is a plain file; valid as long as the source. -1 else.
 */
int image_source_reader(struct image_source *source, struct image_reader *reader);

/*
 * The next part of the image: either `*size` bytes in `data`, or a hole of `*hole` bytes;
 * both are 0 at the end. Less than `capacity` comes only before a hole or the end.
 */
int image_source_read(struct image_source *source, void *data, size_t capacity,
		      size_t *size, uint64_t *hole, struct error *error);

/* The checksum that was asked for; after the end. Bytes behind a packed image count. */
struct checksum image_source_checksum(struct image_source *source);

void image_source_free(struct image_source *source);
DEFINE_CLEANUP(struct image_source *, image_source_free)

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an image from a file or a pipe: unpacks it, keeps holes, computes a checksum. */
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
	uint64_t max_size_bytes;	  /* of the unpacked image; more is an error */
	const enum digest_type *checksum; /* of the bytes before unpacking; or NULL */
	const int *cancel_fd;		  /* reading stops once it is readable; or NULL */
};

/*
 * Opens a file, a FIFO or a device, or standard input for "-". Compressed files (gzip,
 * bzip2, xz, zstd, lz4) are recognized by their first bytes and unpacked. The caller
 * frees the source. NULL on failure.
 */
struct image_source *image_source_open(const char *path,
				       const struct image_source_options *options,
				       struct error *error);

/* How the file is compressed; CONTENT_RAW when it is not. */
enum image_content image_source_packing(const struct image_source *source);

/* The size of the file before unpacking; -1 when it is not a regular file. */
int image_source_size(const struct image_source *source, uint64_t *size_bytes);
/* How many of those bytes have been read; may be called by any thread. */
uint64_t image_source_position(const struct image_source *source);

/* A reader of the image, valid as long as the source; -1 unless it is a regular file
 * that is not compressed. */
int image_source_reader(struct image_source *source, struct image_reader *reader);

/*
 * Reads the next part of the image: either `*size` bytes to `data`, or a hole of `*hole`
 * bytes; both are 0 at the end. `*size` is less than `capacity` only before a hole or the
 * end.
 */
int image_source_read(struct image_source *source, void *data, size_t capacity,
		      size_t *size, uint64_t *hole, struct error *error);

/* The requested checksum, once the end was read. It includes bytes that follow the end of
 * a compressed image. */
struct checksum image_source_checksum(struct image_source *source);

void image_source_free(struct image_source *source);
DEFINE_CLEANUP(struct image_source *, image_source_free)

#endif

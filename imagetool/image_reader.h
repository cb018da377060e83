/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads bytes of an image at any offset: in a file, in memory, on a hypervisor. */
#ifndef IMAGETOOL_IMAGE_READER_H
#define IMAGETOOL_IMAGE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

struct image_reader {
	uint64_t size_bytes; /* of the image file */
	/* Reads all `size` bytes at `offset`, which are inside the file. */
	int (*read)(void *context, uint64_t offset, void *data, size_t size,
		    struct error *error);
	void *context;
	bool failed; /* read() failed: the image may be good, but can't be read */
};

/* Reads `size` bytes at `offset`; fails when they are not all inside the file. */
int image_reader_read(struct image_reader *reader, uint64_t offset, void *data,
		      size_t size, struct error *error);

struct image_memory {
	const uint8_t *data;
	size_t size;
};

/* Readers of borrowed memory, and of a file that supports pread(). */
struct image_reader image_reader_memory(const struct image_memory *memory);
int image_reader_file(const int *fd, struct image_reader *reader, struct error *error);

#endif

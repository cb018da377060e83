/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes of an image wherever it is: in a file, in memory, on a hypervisor. */
#ifndef IMAGETOOL_IMAGE_READER_H
#define IMAGETOOL_IMAGE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

struct image_reader {
	uint64_t size_bytes; /* of the image file */
	/* Reads all `size` bytes at `offset`, which are inside of the file. */
	int (*read)(void *context, uint64_t offset, void *data, size_t size,
		    struct error *error);
	void *context;
	bool failed; /* read() did: the image may be good, but can't be read */
};

/* The same, but fails when the bytes are not all inside. */
int image_reader_read(struct image_reader *reader, uint64_t offset, void *data,
		      size_t size, struct error *error);

struct image_memory {
	const uint8_t *data;
	size_t size;
};

/* Readers of borrowed memory, and of a file that can be read anywhere. */
struct image_reader image_reader_memory(const struct image_memory *memory);
int image_reader_file(const int *fd, struct image_reader *reader, struct error *error);

#endif

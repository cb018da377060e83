/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads bytes of an image at any offset: in a file, in memory, on a hypervisor. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "imagetool/image_reader.h"

int image_reader_read(struct image_reader *reader, uint64_t offset, void *data,
		      size_t size, struct error *error)
{
	if (offset > reader->size_bytes || size > reader->size_bytes - offset)
		return error_set(
			error, "truncated: %zu bytes at %#" PRIx64 " are beyond its end",
			size, offset);
	if (reader->read(reader->context, offset, data, size, error) == 0)
		return 0;
	reader->failed = true;
	return -1;
}

static int memory_read(void *context, uint64_t offset, void *data, size_t size,
		       struct error *error)
{
	const struct image_memory *memory = context;

	(void)error;
	memcpy(data, memory->data + offset, size);
	return 0;
}

struct image_reader image_reader_memory(const struct image_memory *memory)
{
	return (struct image_reader){
		.size_bytes = memory->size,
		.read = memory_read,
		.context = (void *)memory,
	};
}

static int file_read_at_offset(void *context, uint64_t offset, void *data, size_t size,
			       struct error *error)
{
	int fd = *(const int *)context;
	char *rest = data;

	while (size) {
		ssize_t got = pread(fd, rest, size, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_errno(error, "can't read");
		if (got == 0)
			return error_set(error, "became shorter while it was read");
		rest += got;
		offset += (uint64_t)got;
		size -= (size_t)got;
	}
	return 0;
}

int image_reader_file(const int *fd, struct image_reader *reader, struct error *error)
{
	off_t end = lseek(*fd, 0, SEEK_END);

	if (end < 0)
		return error_errno(error, "can't find its size");
	*reader = (struct image_reader){
		.size_bytes = (uint64_t)end,
		.read = file_read_at_offset,
		.context = (void *)fd,
	};
	return 0;
}

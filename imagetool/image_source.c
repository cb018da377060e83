/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an image from a file or a pipe: unpacks it, keeps holes, computes a checksum. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/num.h"
#include "imagetool/image_source.h"
#include "imagetool/unpack.h"

enum { CHUNK_SIZE = 256 * 1024 };

struct image_source {
	int fd, cancel_fd;
	bool is_file; /* a regular file: its size is known, pread() works */
	uint64_t file_size;
	bool has_digest;
	struct digest digest;
	uint64_t max_size, given; /* of the image, unpacked */
	atomic_uint_fast64_t position;
	enum image_content packing;
	struct unpack *unpack; /* NULL: not compressed */
	/* A buffer for the first bytes, by which the kind of file is recognized, and how
	 * many of them have been passed on. */
	uint8_t *chunk;
	size_t chunk_size, chunk_given;
	uint64_t data_end; /* of a regular file: where the next hole begins */
};

/* Waits until there is something to read, or reading is cancelled. */
static int readable_wait(const struct image_source *source)
{
	struct pollfd fds[] = {
		{.fd = source->fd, .events = POLLIN},
		{.fd = source->cancel_fd, .events = POLLIN},
	};
	int ready;

	do {
		ready = poll(fds, 2, -1);
	} while (ready < 0 && errno == EINTR);
	if (ready > 0 && (fds[1].revents & POLLIN)) {
		errno = ECANCELED;
		return -1;
	}
	return ready < 0 ? -1 : 0;
}

/* Reads the next bytes of the file; 0 at the end. */
static ssize_t raw_read(struct image_source *source, void *data, size_t capacity)
{
	ssize_t got;

	if (source->cancel_fd >= 0 && readable_wait(source) < 0)
		return -1;
	do {
		got = read(source->fd, data, capacity);
	} while (got < 0 && errno == EINTR);
	if (got > 0) {
		atomic_fetch_add(&source->position, (uint64_t)got);
		if (source->has_digest)
			digest_add(&source->digest, data, (size_t)got);
	}
	return got;
}

/* Fills the buffer, as far as the file goes. */
static ssize_t raw_fill(struct image_source *source, uint8_t *data, size_t capacity)
{
	size_t size = 0;

	while (size < capacity) {
		ssize_t got = raw_read(source, data + size, capacity - size);

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		size += (size_t)got;
	}
	return (ssize_t)size;
}

static ssize_t packed_input(void *context, const void **data)
{
	struct image_source *source = context;

	*data = source->chunk;
	if (source->chunk_given < source->chunk_size) {
		source->chunk_given = source->chunk_size;
		return (ssize_t)source->chunk_size;
	}
	return raw_read(source, source->chunk, CHUNK_SIZE);
}

static int source_start(struct image_source *source, struct error *error)
{
	struct stat status;
	ssize_t got;

	if (fstat(source->fd, &status) < 0)
		return error_errno(error, "can't read");
	if (S_ISDIR(status.st_mode))
		return error_set(error, "is a folder");
	source->is_file = S_ISREG(status.st_mode) && lseek(source->fd, 0, SEEK_CUR) == 0;
	source->file_size = source->is_file ? (uint64_t)status.st_size : 0;
	source->chunk = mem_resize(NULL, CHUNK_SIZE, 1);
	if (source->is_file) {
		/* pread(), since these bytes are read again for the digest. */
		got = pread(source->fd, source->chunk, IMAGE_CONTENT_SIZE, 0);
		if (got >= 0)
			source->packing = image_content_probe(source->chunk, (size_t)got);
	} else {
		got = raw_fill(source, source->chunk, IMAGE_CONTENT_SIZE);
		if (got >= 0) {
			source->chunk_size = (size_t)got;
			source->packing = image_content_probe(source->chunk, (size_t)got);
		}
	}
	if (got < 0)
		return error_errno(error, "can't read");
	if (!image_content_packed(source->packing)) {
		source->packing = CONTENT_RAW;
		return 0;
	}
	source->unpack = unpack_begin(source->packing, packed_input, source, error);
	return source->unpack ? 0 : -1;
}

struct image_source *image_source_open(const char *path,
				       const struct image_source_options *options,
				       struct error *error)
{
	struct image_source *source = mem_zero(1, sizeof(*source));

	source->cancel_fd = options->cancel_fd ? *options->cancel_fd : -1;
	source->max_size = options->max_size_bytes;
	source->has_digest = options->checksum;
	if (options->checksum)
		digest_begin(&source->digest, *options->checksum);
	source->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
				       : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	if (source->fd < 0)
		error_errno(error, "can't open");
	else if (source_start(source, error) == 0)
		return source;
	image_source_free(source);
	return NULL;
}

enum image_content image_source_packing(const struct image_source *source)
{
	return source->packing;
}

int image_source_size(const struct image_source *source, uint64_t *size_bytes)
{
	if (!source->is_file)
		return -1;
	*size_bytes = source->file_size;
	return 0;
}

uint64_t image_source_position(const struct image_source *source)
{
	return atomic_load(&source->position);
}

int image_source_reader(struct image_source *source, struct image_reader *reader)
{
	if (!source->is_file || source->unpack)
		return -1;
	return image_reader_file(&source->fd, reader, NULL);
}

/*
 * Finds the next data of a regular file: returns the length of the hole at `position`, or
 * 0, and sets `data_end`. Where the file system does not support it, everything is data.
 */
static uint64_t hole_measure(struct image_source *source, uint64_t position)
{
	off_t data = lseek(source->fd, (off_t)position, SEEK_DATA), hole;

	if (data < 0 && errno == ENXIO)
		data = (off_t)source->file_size;
	if (data < 0 || data == (off_t)position) {
		hole = data < 0 ? -1 : lseek(source->fd, (off_t)position, SEEK_HOLE);
		source->data_end = hole < 0 ? source->file_size : (uint64_t)hole;
		data = (off_t)position;
	}
	lseek(source->fd, data, SEEK_SET);
	return (uint64_t)data - position;
}

static int file_part_read(struct image_source *source, void *data, size_t capacity,
			  size_t *size, uint64_t *hole, struct error *error)
{
	uint64_t position = source->given;
	ssize_t got;

	if (position == source->file_size)
		return 0;
	if (position >= source->data_end) {
		*hole = hole_measure(source, position);
		/* A sparse file may be very large: image_source_read() refuses more. */
		if (*hole > source->max_size - position)
			return 0;
		if (*hole) {
			atomic_fetch_add(&source->position, *hole);
			if (source->has_digest)
				digest_add_zeros(&source->digest, *hole);
			return 0;
		}
	}
	if (capacity > source->data_end - position)
		capacity = (size_t)(source->data_end - position);
	got = raw_fill(source, data, capacity);
	if (got < 0)
		return error_errno(error, "can't read");
	if ((size_t)got < capacity)
		return error_set(error, "became shorter while it was read");
	*size = (size_t)got;
	return 0;
}

static int pipe_part_read(struct image_source *source, uint8_t *data, size_t capacity,
			  size_t *size, struct error *error)
{
	size_t first = source->chunk_size - source->chunk_given;
	ssize_t got;

	if (first > capacity)
		first = capacity;
	memcpy(data, source->chunk + source->chunk_given, first);
	source->chunk_given += first;
	got = raw_fill(source, data + first, capacity - first);
	if (got < 0)
		return error_errno(error, "can't read");
	*size = first + (size_t)got;
	return 0;
}

/* Reads what follows the end of the compressed image, since the checksum includes it. */
static int rest_read(struct image_source *source, struct error *error)
{
	ssize_t got;

	do {
		got = raw_read(source, source->chunk, CHUNK_SIZE);
	} while (got > 0);
	return got < 0 ? error_errno(error, "can't read") : 0;
}

static int packed_part_read(struct image_source *source, uint8_t *data, size_t capacity,
			    size_t *size, struct error *error)
{
	ssize_t got = unpack_read(source->unpack, data, capacity, error);

	if (got < 0)
		return -1;
	*size = (size_t)got;
	return got ? 0 : rest_read(source, error);
}

int image_source_read(struct image_source *source, void *data, size_t capacity,
		      size_t *size, uint64_t *hole, struct error *error)
{
	char max[NUM_SIZE_TEXT_MAX];
	int status;

	*size = 0;
	*hole = 0;
	if (source->unpack)
		status = packed_part_read(source, data, capacity, size, error);
	else if (source->is_file)
		status = file_part_read(source, data, capacity, size, hole, error);
	else
		status = pipe_part_read(source, data, capacity, size, error);
	if (status < 0)
		return -1;
	source->given += *size + *hole;
	if (source->given > source->max_size)
		return error_set(error, "is larger than the allowed %s",
				 num_size_text(source->max_size, max));
	return 0;
}

struct checksum image_source_checksum(struct image_source *source)
{
	return digest_end(&source->digest);
}

void image_source_free(struct image_source *source)
{
	if (!source)
		return;
	unpack_free(source->unpack);
	close_fd(&source->fd);
	free(source->chunk);
	free(source);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading images: how much of them is read at most. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "imagetool/image_source.h"
#include "tests/unit/tap.h"

/* A file of 1 TiB with a few bytes and a hole: its zeros must not be added to the
 * checksum when they are too many. */
static void test_sparse(const char *path)
{
	enum digest_type type = DIGEST_SHA512;
	struct image_source_options options = {.max_size_bytes = 1 << 20,
					       .checksum = &type};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(image_source_free_ptr)
	struct image_source *source = image_source_open(path, &options, &error);
	CLEANUP(free_ptr) uint8_t *data = mem_zero(1, 1 << 16);
	uint64_t hole = 1;
	size_t size = 0;
	int status = -1;

	for (int i = 0; source && i < 20 && (size || hole); i++) {
		status = image_source_read(source, data, 1 << 16, &size, &hole, &error);
		if (status < 0)
			break;
	}
	tap_ok(status < 0, "a large hole is refused");
	tap_string(error_text(&error), "is larger than the allowed 1.0 MiB",
		   "because of its size");
}

int main(void)
{
	char path[] = "/tmp/image_source_test.XXXXXX";
	CLEANUP(close_fd) int fd = mkstemp(path);

	alarm(60);
	if (fd < 0 || pwrite(fd, "image", 5, 0) != 5 || ftruncate(fd, (off_t)1 << 40) < 0)
		tap_ok(false, "a sparse file");
	test_sparse(path);
	unlink(path);
	return tap_done();
}

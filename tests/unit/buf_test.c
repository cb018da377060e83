/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Room for input of unknown size, and files that are read into it. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "tests/unit/tap.h"

enum { FILE_MAX = 300000 };

static void test_room(void)
{
	CLEANUP(buf_free) struct buf buf = {0}, limited = {.max_size = 10};
	const char *first, *next;
	size_t room = 0, left = 0;

	first = buf_room_any(&buf, 100, &room);
	tap_ok(first && room == 100, "an empty buffer allocates what is asked for");
	buf_filled(&buf, 30);
	next = buf_room_any(&buf, 100, &left);
	tap_ok(next == first + 30 && left == 70, "then the rest of it is used");
	buf_filled(&buf, 70);
	tap_ok(buf_room_any(&buf, 100, &left) && left == 100,
	       "and more is allocated when it is full");

	tap_ok(!buf_room_any(&limited, 11, &room) && limited.overflowed,
	       "no more than the maximum is allocated");
	buf_add_string(&limited, "1234567");
	tap_ok(buf_room_any(&limited, 11, &room) && room == 3,
	       "what is allocated beyond the maximum is not used");
	buf_filled(&limited, 3);
	tap_ok(!buf_room_any(&limited, 1, &room), "at the maximum there is no room");
}

/* The content of a file of this size, read after `before`. */
static void reads(size_t size, const char *before, size_t max_size)
{
	CLEANUP(close_fd) int fd = memfd_create("file", MFD_CLOEXEC);
	CLEANUP(free_ptr) char *content = mem_zero(1, size + 1);
	CLEANUP(buf_free) struct buf contents = {0};
	CLEANUP(error_free) struct error error = {0};
	size_t start = strlen(before);
	int result;

	for (size_t i = 0; i < size; i++)
		content[i] = (char)('a' + i % 23);
	if (file_write_fd(fd, content, size, NULL) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		abort();
	buf_add_string(&contents, before);
	result = file_read_fd(fd, max_size, &contents, &error);
	if (size > max_size) {
		tap_ok(result < 0 && contents.size == start &&
			       strstr(error.message, "larger"),
		       "%zu bytes are refused, and what was read before is kept", size);
		return;
	}
	tap_ok(result == 0 && contents.size == start + size &&
		       !memcmp(contents.data + start, content, size) &&
		       !memcmp(contents.data, before, start) &&
		       contents.data[contents.size] == '\0',
	       "%zu bytes are read, %zu before them are kept", size, start);
}

int main(void)
{
	static const size_t sizes[] = {0,     1,     16383, 16384,	  16385,
				       32767, 32768, 99999, FILE_MAX - 1, FILE_MAX};

	test_room();
	for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
		reads(sizes[i], "", FILE_MAX);
		reads(sizes[i], "before", FILE_MAX);
	}
	reads(FILE_MAX + 1, "before", FILE_MAX);
	return tap_done();
}

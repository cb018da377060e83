/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads from a file descriptor until a deadline. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "common/clock.h"
#include "hooks/input.h"

enum { CHUNK_SIZE = 16 * 1024 };

/* After POLLIN read(2) does not block, since no other process reads this descriptor. */
static int readable_wait(int fd, uint64_t until_ms, struct error *error)
{
	struct pollfd waiting = {.fd = fd, .events = POLLIN};

	for (;;) {
		int ready = poll(&waiting, 1, clock_left_ms(until_ms));

		if (ready > 0)
			return 0;
		if (ready == 0)
			return error_set(error, "it does not end");
		if (errno != EINTR)
			return error_errno(error, "can't read");
	}
}

int input_read(int fd, size_t max_size, uint64_t until_ms, struct buf *contents,
	       struct error *error)
{
	size_t start = contents->size;

	for (;;) {
		size_t size;
		char *room = buf_room_any(contents, CHUNK_SIZE, &size);
		ssize_t got;

		if (!room || contents->size - start > max_size)
			return error_set(error, "larger than %zu bytes", max_size);
		if (readable_wait(fd, until_ms, error) < 0)
			return -1;
		got = read(fd, room, size);
		if (got == 0)
			return 0;
		if (got > 0)
			buf_filled(contents, (size_t)got);
		else if (errno != EINTR && errno != EAGAIN)
			return error_errno(error, "can't read");
	}
}

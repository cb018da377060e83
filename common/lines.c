/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that come out of a descriptor, as they come, in bounded memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lines.h"
#include "common/mem.h"

enum { BUFFER_SIZE = 4 * LINES_LENGTH_MAX };

/* Moves what is left to the front and reads on. */
static int more_read(struct lines *lines, struct error *error)
{
	ssize_t got;

	if (!lines->buffer)
		lines->buffer = mem_resize(NULL, BUFFER_SIZE + 1, 1);
	memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	do {
		got = read(lines->fd, lines->buffer + lines->end,
			   BUFFER_SIZE - lines->end);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_errno(error, "can't read");
	lines->end += (size_t)got;
	lines->ended = got == 0;
	return 0;
}

/* Passes over what is left of a line that was cut. */
static void rest_drop(struct lines *lines)
{
	char *rest = lines->buffer + lines->start;
	char *stop = memchr(rest, '\n', lines->end - lines->start);

	lines->cut = !stop;
	lines->start = stop ? (size_t)(stop - lines->buffer) + 1 : lines->end;
}

int lines_next(struct lines *lines, char **line, size_t *length, struct error *error)
{
	size_t searched = 0, left;
	char *stop = NULL;

	for (;;) {
		if (lines->cut)
			rest_drop(lines);
		left = lines->end - lines->start;
		if (left > searched)
			stop = memchr(lines->buffer + lines->start + searched, '\n',
				      left - searched);
		searched = left;
		if (stop || left > LINES_LENGTH_MAX || lines->ended)
			break;
		if (more_read(lines, error) < 0)
			return -1;
	}
	if (!left && !stop)
		return 0;
	*line = lines->buffer + lines->start;
	*length = stop ? (size_t)(stop - *line) : left;
	lines->start += *length + (stop != NULL);
	lines->number++;
	if (*length > LINES_LENGTH_MAX) {
		*length = LINES_LENGTH_MAX + 1;
		lines->cut = !stop;
		(*line)[LINES_LENGTH_MAX] = '\0';
	} else {
		(*line)[*length] = '\0';
	}
	return 1;
}

void lines_free(struct lines *lines)
{
	if (!lines)
		return;
	free(lines->buffer);
	*lines = (struct lines){.fd = lines->fd};
}

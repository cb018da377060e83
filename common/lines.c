/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads lines from a descriptor as they arrive, in limited memory. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lines.h"
#include "common/mem.h"

enum { BUFFER_SIZE = 4 * LINES_LENGTH_MAX };

/* Moves the rest to the front and reads more. */
static int more_read(struct lines *lines, struct error *error)
{
	ssize_t got;

	if (lines->start)
		memmove(lines->buffer, lines->buffer + lines->start,
			lines->end - lines->start);
	lines->end -= lines->start;
	lines->start = 0;
	if (lines->end == lines->capacity) {
		lines->capacity = lines->capacity ? 2 * lines->capacity : BUFFER_SIZE;
		lines->buffer = mem_resize(lines->buffer, lines->capacity + 1, 1);
	}
	do {
		got = read(lines->fd, lines->buffer + lines->end,
			   lines->capacity - lines->end);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_errno(error, "can't read");
	lines->end += (size_t)got;
	lines->ended = got == 0;
	return 0;
}

/* Skips the rest of a line that was cut. */
static void rest_drop(struct lines *lines)
{
	char *rest = lines->buffer + lines->start;
	char *stop = memchr(rest, '\n', lines->end - lines->start);

	lines->cut = !stop;
	lines->start = stop ? (size_t)(stop - lines->buffer) + 1 : lines->end;
}

int lines_next(struct lines *lines, char **line, size_t *length, struct error *error)
{
	size_t max = lines->length_max ? lines->length_max : LINES_LENGTH_MAX;
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
		if (stop || left > max || lines->ended)
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
	if (*length > max) {
		*length = max + 1;
		lines->cut = !stop;
		(*line)[max] = '\0';
	} else {
		(*line)[*length] = '\0';
	}
	return 1;
}

static bool is_around(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

int lines_next_name(struct lines *lines, char **name, size_t *length, struct error *error)
{
	size_t max = lines->length_max ? lines->length_max : LINES_LENGTH_MAX;
	int got = lines_next(lines, name, length, error);

	/* What is cut stays longer than the limit, so that the caller sees it. */
	if (got <= 0 || *length > max)
		return got;
	while (*length && is_around((*name)[*length - 1]))
		(*name)[--*length] = '\0';
	while (*length && is_around(**name)) {
		++*name;
		--*length;
	}
	return got;
}

void lines_free(struct lines *lines)
{
	if (!lines)
		return;
	free(lines->buffer);
	*lines = (struct lines){.fd = lines->fd, .length_max = lines->length_max};
}

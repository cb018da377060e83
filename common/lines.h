/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines that come out of a descriptor, as they come, in bounded memory. */
#ifndef COMMON_LINES_H
#define COMMON_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

enum { LINES_LENGTH_MAX = 64 * 1024 };

/* Begins as {.fd = FD}, with .length_max for longer lines than LINES_LENGTH_MAX;
 * lines_free() releases the memory, not the descriptor. */
struct lines {
	int fd;
	size_t length_max; /* 0: LINES_LENGTH_MAX */
	size_t number;	   /* of the line given last, from 1 */
	char *buffer;
	size_t capacity, start, end;
	bool ended, cut;
};

/*
 * The next line, without its line break and with a NUL behind it, valid until the next
 * call. 1, 0 at the end, -1 on a read error. Of a line longer than the maximum that much
 * is given, and `length` is one more.
 */
int lines_next(struct lines *lines, char **line, size_t *length, struct error *error);
void lines_free(struct lines *lines);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads lines from a descriptor as they arrive, in limited memory. */
#ifndef COMMON_LINES_H
#define COMMON_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

enum { LINES_LENGTH_MAX = 64 * 1024 };

/* Initialised as {.fd = FD}, with .length_max for lines longer than LINES_LENGTH_MAX.
 * lines_free() frees the memory and does not close the descriptor. */
struct lines {
	int fd;
	size_t length_max; /* 0: LINES_LENGTH_MAX */
	size_t number;	   /* of the last line, from 1 */
	char *buffer;
	size_t capacity, start, end;
	bool ended, cut;
};

/*
 * Reads the next line, without its line break and with a NUL at its end; valid until the
 * next call. Returns 1, 0 at end of file, or -1 on a read error. A line longer than the
 * maximum is cut there, and `length` is the maximum + 1.
 */
int lines_next(struct lines *lines, char **line, size_t *length, struct error *error);

/* The same for a name: without the blanks and the CR around it, which may leave nothing.
 */
int lines_next_name(struct lines *lines, char **name, size_t *length,
		    struct error *error);
void lines_free(struct lines *lines);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads lines from a text in memory. */
#ifndef LEASES_LINE_READER_H
#define LEASES_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>

struct line_reader {
	const char *at;
	const char *end;
	size_t number; /* of the last line read, from 1 */
	bool invalid;  /* the last line was too long or had a NUL, and was read as "" */
};

struct line_reader line_reader_start(const char *text, size_t size);

/* Copies the next line, without its line break, to `line`. False after the last line. */
bool line_reader_next(struct line_reader *reader, char *line, size_t line_size);

#endif

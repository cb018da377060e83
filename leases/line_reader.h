/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a text that lies in memory. */
#ifndef LEASES_LINE_READER_H
#define LEASES_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>

struct line_reader {
	const char *at;
	const char *end;
	size_t number; /* of the line given last, from 1 */
	bool unfit;    /* it was too long for `line` or had a NUL in it, and is "" */
};

struct line_reader line_reader_start(const char *text, size_t size);

/* Copies the next line, without its line break, to `line`. False behind the last one. */
bool line_reader_next(struct line_reader *reader, char *line, size_t line_size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads lines from a text in memory. */
#define _GNU_SOURCE
#include <string.h>

#include "leases/line_reader.h"

struct line_reader line_reader_start(const char *text, size_t size)
{
	return (struct line_reader){.at = text, .end = text + size};
}

bool line_reader_next(struct line_reader *reader, char *line, size_t line_size)
{
	const char *start = reader->at, *stop;
	size_t length;

	if (reader->at == reader->end)
		return false;
	stop = memchr(start, '\n', (size_t)(reader->end - start));
	reader->at = stop ? stop + 1 : reader->end;
	length = (size_t)((stop ? stop : reader->end) - start);
	reader->number++;
	reader->invalid = length >= line_size || memchr(start, '\0', length);
	if (reader->invalid)
		length = 0;
	memcpy(line, start, length);
	line[length] = '\0';
	return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of an INI file, and what its parts are; only for common/ini_file.c. */
#ifndef COMMON_INI_LINE_H
#define COMMON_INI_LINE_H

#include <stdbool.h>
#include <stddef.h>

/* Without its end; the text is borrowed. Blanks are spaces and tabs. */
struct ini_line {
	const char *text;
	size_t length;
	unsigned int number; /* from 1 */
};

struct ini_line ini_line_trim(struct ini_line line);
/* Nothing, or a comment. */
bool ini_line_is_comment(struct ini_line line);
bool ini_line_is_indented(struct ini_line line);

/* Length of the name between "[" and "]", where quotes may hide a "]"; 0: no end. */
size_t ini_line_section_length(struct ini_line line);

/* A value without the comment that a "#" between blanks, or at the end, begins. */
struct ini_line ini_line_cut_comment(struct ini_line line);
/* Takes the quotes off `"..."` with nothing but a comment behind; false for others. */
bool ini_line_unquote(struct ini_line *line);

/* Length of the blanks that all lines with text begin with. */
size_t ini_line_common_indentation(const struct ini_line *lines, size_t count);

#endif

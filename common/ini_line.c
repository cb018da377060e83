/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of an INI file, and what its parts are. */
#include <string.h>

#include "common/ini_line.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

struct ini_line ini_line_trim(struct ini_line line)
{
	while (line.length && is_blank(line.text[0])) {
		line.text++;
		line.length--;
	}
	while (line.length && is_blank(line.text[line.length - 1]))
		line.length--;
	return line;
}

bool ini_line_is_comment(struct ini_line line)
{
	line = ini_line_trim(line);
	return !line.length || line.text[0] == '#' || line.text[0] == ';';
}

bool ini_line_is_indented(struct ini_line line)
{
	return line.length && is_blank(line.text[0]);
}

size_t ini_line_section_length(struct ini_line line)
{
	bool quoted = false;

	for (size_t i = 1; i < line.length; i++) {
		if (line.text[i] == '"')
			quoted = !quoted;
		if (line.text[i] == ']' && !quoted)
			return i - 1;
	}
	return 0;
}

struct ini_line ini_line_cut_comment(struct ini_line line)
{
	for (size_t i = 0; i < line.length; i++) {
		bool begins = line.text[i] == '#' &&
			      (i == 0 || is_blank(line.text[i - 1]));

		if (begins && (i + 1 == line.length || is_blank(line.text[i + 1]))) {
			line.length = i;
			break;
		}
	}
	return ini_line_trim(line);
}

bool ini_line_unquote(struct ini_line *line)
{
	const char *end;
	struct ini_line after = *line;

	if (line->length < 2 || line->text[0] != '"')
		return false;
	end = memchr(line->text + 1, '"', line->length - 1);
	if (!end)
		return false;
	after.text = end + 1;
	after.length = line->length - (size_t)(end + 1 - line->text);
	if (ini_line_cut_comment(after).length)
		return false;
	line->text++;
	line->length = (size_t)(end - line->text);
	return true;
}

static size_t indentation(struct ini_line line)
{
	size_t width = 0;

	while (width < line.length && is_blank(line.text[width]))
		width++;
	return width;
}

size_t ini_line_common_indentation(const struct ini_line *lines, size_t count)
{
	const struct ini_line *first = NULL;
	size_t common = 0;

	for (size_t i = 0; i < count; i++) {
		size_t width = indentation(lines[i]);

		if (width == lines[i].length)
			continue;
		if (!first) {
			first = &lines[i];
			common = width;
		}
		if (width < common)
			common = width;
		while (common && memcmp(first->text, lines[i].text, common) != 0)
			common--;
	}
	return common;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INI files, read whole: sections, keys, values with their lines, and every error. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/ini_file.h"
#include "common/text.h"

/* What ini_parse_stream() returns when it can't allocate (ini.h). */
enum { PARSER_MEMORY = -2 };

/*
 * inih asks for a line, reader_next(), and hands its key to entry_take(). It would cut a
 * line at 199 bytes and a section at 49, take what follows " ;" for a comment and lose
 * the indentation of continued values, so it gets "key=": the section and the value stay
 * here, whole, until the key is back.
 */
struct reader {
	const char *path;
	const char *rest; /* of the text */
	size_t left;
	unsigned int line; /* number of the last line taken */
	bool key_seen;	   /* an indented line continues something */
	bool lost;	   /* in a section that was refused: its keys mean nothing */
	char *section;
	struct buf value; /* of the key that inih has */
	unsigned int value_line;
	struct ini_file *file;
	struct error_list *errors;
};

/* Without its end; the text is borrowed. Blanks are spaces and tabs. */
struct line {
	const char *text;
	size_t length;
	unsigned int number; /* from 1 */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct line line_trim(struct line line)
{
	while (line.length && is_blank(line.text[0])) {
		line.text++;
		line.length--;
	}
	while (line.length && is_blank(line.text[line.length - 1]))
		line.length--;
	return line;
}

/* Nothing, or a comment. */
static bool line_is_comment(struct line line)
{
	line = line_trim(line);
	return !line.length || line.text[0] == '#' || line.text[0] == ';';
}

static bool line_is_indented(struct line line)
{
	return line.length && is_blank(line.text[0]);
}

/* Length of the name between "[" and "]", where quotes may hide a "]"; 0: no end. */
static size_t line_section_length(struct line line)
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

/* A value without the comment that a "#" between blanks, or at the end, begins. */
static struct line line_cut_comment(struct line line)
{
	for (size_t i = 0; i < line.length; i++) {
		bool begins = line.text[i] == '#' &&
			      (i == 0 || is_blank(line.text[i - 1]));

		if (begins && (i + 1 == line.length || is_blank(line.text[i + 1]))) {
			line.length = i;
			break;
		}
	}
	return line_trim(line);
}

/* Takes the quotes off `"..."` with nothing but a comment after it; false for others. */
static bool line_unquote(struct line *line)
{
	const char *end;
	struct line after = *line;

	if (line->length < 2 || line->text[0] != '"')
		return false;
	end = memchr(line->text + 1, '"', line->length - 1);
	if (!end)
		return false;
	after.text = end + 1;
	after.length = line->length - (size_t)(end + 1 - line->text);
	if (line_cut_comment(after).length)
		return false;
	line->text++;
	line->length = (size_t)(end - line->text);
	return true;
}

static size_t indentation(struct line line)
{
	size_t width = 0;

	while (width < line.length && is_blank(line.text[width]))
		width++;
	return width;
}

/* Length of the blanks that all lines with text begin with. */
static size_t line_common_indentation(const struct line *lines, size_t count)
{
	const struct line *first = NULL;
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

/* The line at the reader's place, which stays there. False at the end. */
static bool line_peek(const struct reader *reader, struct line *line)
{
	const char *end;

	if (!reader->left)
		return false;
	end = memchr(reader->rest, '\n', reader->left);
	line->text = reader->rest;
	line->length = end ? (size_t)(end - reader->rest) : reader->left;
	line->number = reader->line + 1;
	if (line->length && line->text[line->length - 1] == '\r')
		line->length--;
	return true;
}

static void line_skip(struct reader *reader)
{
	const char *end = memchr(reader->rest, '\n', reader->left);
	size_t length = end ? (size_t)(end - reader->rest) + 1 : reader->left;

	reader->rest += length;
	reader->left -= length;
	reader->line++;
}

static int line_error(const struct reader *reader, unsigned int line, const char *reason)
{
	return error_list_add(reader->errors, "%s:%u: %s", reader->path, line, reason);
}

/* -1 for bytes that no INI file of text has. */
static int line_check(const struct reader *reader, struct line line)
{
	for (size_t i = 0; i < line.length;) {
		size_t size = text_utf8_length(line.text + i, line.length - i);
		unsigned char byte = (unsigned char)line.text[i];

		if (!size)
			return line_error(reader, line.number, "not UTF-8");
		if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
			return line_error(reader, line.number, "control character");
		i += size;
	}
	return 0;
}

static struct ini_entry *entry_add(struct reader *reader, unsigned int line)
{
	struct ini_entry *entry = array_add(&reader->file->entries);

	entry->section = mem_string(reader->section);
	entry->line = line;
	return entry;
}

/* Begins the section; -1 when it was refused. */
static int section_begin(struct reader *reader, struct line line)
{
	size_t length = line_section_length(line);
	struct line after = line;

	if (!length)
		return line_error(reader, line.number,
				  "section name or its \"]\" is missing");
	after.text += length + 2;
	after.length -= length + 2;
	if (!line_is_comment(after))
		return line_error(reader, line.number, "text after the section's \"]\"");
	if (length > INI_SECTION_MAX)
		return error_list_add(reader->errors,
				      "%s:%u: section name is longer than %d bytes",
				      reader->path, line.number, INI_SECTION_MAX);
	free(reader->section);
	reader->section = mem_substring(line.text + 1, length);
	reader->key_seen = false;
	entry_add(reader, line.number);
	return 0;
}

/* Takes the indented lines, and empty ones between them, from the reader's place. */
static void continuation_add(struct reader *reader, struct buf *value)
{
	ARRAY(struct line) lines = {0};
	struct line line;
	size_t kept = 0, common;
	struct reader ahead = *reader;

	while (line_peek(&ahead, &line)) {
		bool empty = !line_trim(line).length;

		if (!empty && !line_is_indented(line))
			break;
		*array_add(&lines) = line;
		line_skip(&ahead);
		if (!empty)
			kept = lines.count;
	}
	common = line_common_indentation(lines.items, kept);
	for (size_t i = 0; i < kept; i++) {
		size_t skip = lines.items[i].length < common ? lines.items[i].length
							     : common;

		line_check(reader, lines.items[i]);
		if (i)
			buf_add_char(value, '\n');
		buf_add(value, lines.items[i].text + skip, lines.items[i].length - skip);
		line_skip(reader);
	}
	free(lines.items);
}

static int key_check(const struct reader *reader, struct line key)
{
	if (!key.length)
		return line_error(reader, key.number, "key is missing before \"=\"");
	if (key.length > INI_KEY_MAX)
		return error_list_add(reader->errors,
				      "%s:%u: key is longer than %d bytes", reader->path,
				      key.number, INI_KEY_MAX);
	for (size_t i = 0; i < key.length; i++) {
		unsigned char c = (unsigned char)key.text[i];

		if (!isalnum(c) && !strchr("_-.", c))
			return line_error(reader, key.number,
					  "not a key: letters, digits, \"_\", \"-\" and "
					  "\".\" are allowed");
	}
	return 0;
}

/* Puts the value together from its first line and those that continue it. */
static void value_read(struct reader *reader, struct line first)
{
	CLEANUP(buf_free) struct buf more = {0};

	continuation_add(reader, &more);
	if (!more.size && !line_unquote(&first))
		first = line_cut_comment(first);
	buf_clear(&reader->value);
	buf_add(&reader->value, first.text, first.length);
	if (more.size && first.length)
		buf_add_char(&reader->value, '\n');
	buf_add(&reader->value, buf_text(&more), more.size);
	reader->value_line = first.number;
}

/* Reads "key = value" with all lines of the value; the line itself is taken already. */
static int assignment_read(struct reader *reader, struct line line, struct line *key)
{
	struct line name = line, value = line;

	reader->key_seen = true;
	name.length = 0;
	while (name.length < line.length && !strchr("=:", line.text[name.length]))
		name.length++;
	if (name.length == line.length)
		return line_error(reader, line.number,
				  "neither [section], key = value nor a comment");
	value.text += name.length + 1;
	value.length -= name.length + 1;
	value_read(reader, line_trim(value));
	*key = line_trim(name);
	return key_check(reader, *key);
}

/* An ini_reader: gives inih one line, like fgets(). */
static char *reader_next(char *out, int size, void *data)
{
	struct reader *reader = data;
	struct line line, key = {0};

	while (line_peek(reader, &line)) {
		bool indented = line_is_indented(line);

		line_skip(reader);
		if (line_check(reader, line) < 0 || line_is_comment(line))
			continue;
		line = line_trim(line);
		if (line.text[0] == '[') {
			reader->lost = section_begin(reader, line) < 0;
		} else if (indented && !reader->key_seen) {
			line_error(reader, line.number,
				   "indented, but there is no value to go on");
		} else if (assignment_read(reader, line, &key) == 0 && !reader->lost) {
			snprintf(out, (size_t)size, "%.*s=\n", (int)key.length, key.text);
			return out;
		}
	}
	return NULL;
}

/* An ini_handler. */
static int entry_take(void *data, const char *section, const char *key, const char *value)
{
	struct reader *reader = data;
	struct ini_entry *entry = entry_add(reader, reader->value_line);

	(void)section, (void)value;
	entry->key = mem_string(key);
	entry->value = buf_take(&reader->value);
	return 1;
}

int ini_file_parse(const char *path, const char *text, size_t size, struct ini_file *file,
		   struct error_list *errors)
{
	struct reader reader = {
		.path = path, .rest = text, .left = size, .file = file, .errors = errors};
	size_t before = errors->count;
	int failure;

	if (size > INI_FILE_MAX)
		return error_list_add(errors, "%s: larger than %d bytes", path,
				      INI_FILE_MAX);
	if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		reader.rest += 3;
		reader.left -= 3;
	}
	reader.section = mem_string("");
	failure = ini_parse_stream(reader_next, &reader, entry_take, &reader);
	if (failure == PARSER_MEMORY)
		mem_exhausted();
	if (failure && errors->count == before)
		error_list_add(errors, "%s: not an INI file", path);
	buf_free(&reader.value);
	free(reader.section);
	return errors->count > before ? -1 : 0;
}

int ini_file_read(const char *path, struct ini_file *file, struct error_list *errors)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(error_free) struct error error = {0};

	if (file_read(path, INI_FILE_MAX, &text, &error) < 0) {
		int number = errno;

		error_list_take(errors, &error);
		errno = number;
		return -1;
	}
	return ini_file_parse(path, buf_text(&text), text.size, file, errors);
}

void ini_file_free(struct ini_file *file)
{
	if (!file)
		return;
	array_foreach(entry, &file->entries) {
		free(entry->section);
		free(entry->key);
		free(entry->value);
	}
	free(file->entries.items);
	*file = (struct ini_file){0};
}

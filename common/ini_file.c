/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INI files, read whole: sections, keys, values with their lines, and every mistake. */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/file.h"
#include "common/ini_file.h"
#include "common/ini_line.h"
#include "common/text.h"

/* inih reads lines of at most INI_MAX_LINE - 1 = 199 bytes. */
enum { PIECE_MAX = 96 };

/* A key with its whole value, on its way through inih piece by piece. */
struct assignment {
	char key[INI_NAME_MAX + 1];
	char *value;
	size_t length, given;
	unsigned int line;
};

struct reader {
	const char *path;
	const char *rest; /* of the text */
	size_t left;
	unsigned int line; /* number of the last line taken */
	bool section_due;  /* tell the handler of the section just read */
	bool key_seen;	   /* an indented line continues something */
	bool lost;	   /* behind a section that was refused: its keys mean nothing */
	struct assignment pending;
	struct buf joined; /* the pieces of it that inih gave back */
	struct ini_file *file;
	struct error_list *errors;
};

/*
 * inih trims and cuts at these characters. They travel as control characters, which the
 * text can't have.
 */
static const char guarded[] = " \t;]\n", guards[] = "\x1f\x1d\x1e\x1c\x1b";

static char guard(char c)
{
	const char *at = c ? strchr(guarded, c) : NULL;

	return at ? guards[at - guarded] : c;
}

static void unguard(char *text)
{
	for (; *text; text++) {
		const char *at = strchr(guards, *text);

		if (at)
			*text = guarded[at - guards];
	}
}

/* The line at the reader's place, which stays there. False at the end. */
static bool line_peek(const struct reader *reader, struct ini_line *line)
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
static int line_check(const struct reader *reader, struct ini_line line)
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

/* Hands a section line to inih; false when it was refused. */
static bool section_give(struct reader *reader, struct ini_line line, char *out)
{
	size_t length = ini_line_section_length(line), used = 0;
	struct ini_line after = {line.text + length + 2, line.length, line.number};

	if (!length) {
		line_error(reader, line.number, "section name or its \"]\" is missing");
		return false;
	}
	after.length = line.length - length - 2;
	if (!ini_line_is_comment(after)) {
		line_error(reader, line.number, "text behind the section's \"]\"");
		return false;
	}
	if (length > INI_NAME_MAX) {
		line_error(reader, line.number, "section name is longer than 49 bytes");
		return false;
	}
	out[used++] = '[';
	for (size_t i = 0; i < length; i++)
		out[used++] = guard(line.text[i + 1]);
	out[used++] = ']';
	out[used++] = '\n';
	out[used] = '\0';
	reader->section_due = true;
	reader->key_seen = false;
	return true;
}

/* Takes the indented lines, and empty ones between them, from the reader's place. */
static void continuation_add(struct reader *reader, struct buf *value)
{
	ARRAY(struct ini_line) lines = {0};
	struct ini_line line;
	size_t kept = 0, common;
	struct reader ahead = *reader;

	while (line_peek(&ahead, &line)) {
		bool empty = !ini_line_trim(line).length;

		if (!empty && !ini_line_is_indented(line))
			break;
		*array_add(&lines) = line;
		line_skip(&ahead);
		if (!empty)
			kept = lines.count;
	}
	common = ini_line_common_indentation(lines.items, kept);
	for (size_t i = 0; i < kept; i++) {
		size_t skip = lines.items[i].length < common ? lines.items[i].length
							     : common;

		line_check(reader, lines.items[i]);
		if (i || value->size)
			buf_add_char(value, '\n');
		buf_add(value, lines.items[i].text + skip, lines.items[i].length - skip);
		line_skip(reader);
	}
	free(lines.items);
}

static int key_check(const struct reader *reader, struct ini_line key)
{
	if (!key.length)
		return line_error(reader, key.number, "key is missing before \"=\"");
	if (key.length > INI_NAME_MAX)
		return line_error(reader, key.number, "key is longer than 49 bytes");
	for (size_t i = 0; i < key.length; i++) {
		unsigned char c = (unsigned char)key.text[i];

		if (!isalnum(c) && !strchr("_-.", c))
			return line_error(reader, key.number,
					  "not a key: letters, digits, \"_\", \"-\" and "
					  "\".\" are allowed");
	}
	return 0;
}

/* Reads "key = value" with all lines of the value; the line itself is taken already. */
static bool assignment_read(struct reader *reader, struct ini_line line)
{
	size_t split = 0;
	struct ini_line key = line, value = line;
	struct buf text = {0};

	while (split < line.length && line.text[split] != '=' && line.text[split] != ':')
		split++;
	if (split == line.length) {
		line_error(reader, line.number,
			   "neither [section], key = value nor a comment");
		reader->key_seen = true;
		return false;
	}
	key.length = split;
	key = ini_line_trim(key);
	value.text += split + 1;
	value.length -= split + 1;
	value = ini_line_trim(value);
	continuation_add(reader, &text);
	reader->key_seen = true;
	if (key_check(reader, key) < 0) {
		buf_free(&text);
		return false;
	}
	if (!text.size && !ini_line_unquote(&value))
		value = ini_line_cut_comment(value);
	if (text.size && value.length) {
		struct buf whole = {0};

		buf_add(&whole, value.text, value.length);
		buf_add_char(&whole, '\n');
		buf_add(&whole, text.data, text.size);
		buf_free(&text);
		text = whole;
	} else if (!text.size) {
		buf_add(&text, value.text, value.length);
	}
	memcpy(reader->pending.key, key.text, key.length);
	reader->pending.key[key.length] = '\0';
	reader->pending.line = line.number;
	reader->pending.length = text.size;
	reader->pending.given = 0;
	reader->pending.value = buf_take(&text);
	return true;
}

/* Hands the next piece of the pending value to inih, which takes it for a line. */
static void piece_give(struct reader *reader, char *out)
{
	struct assignment *pending = &reader->pending;
	size_t used = strlen(pending->key);
	size_t piece = pending->length - pending->given;

	if (piece > PIECE_MAX)
		piece = PIECE_MAX;
	memcpy(out, pending->key, used);
	out[used++] = '=';
	for (size_t i = 0; i < piece; i++)
		out[used++] = guard(pending->value[pending->given + i]);
	out[used++] = '\n';
	out[used] = '\0';
	pending->given += piece;
}

static void assignment_drop(struct reader *reader)
{
	free(reader->pending.value);
	reader->pending.value = NULL;
}

/* An ini_reader: gives inih one line at a time, like fgets(). */
static char *reader_next(char *out, int size, void *data)
{
	struct reader *reader = data;
	struct ini_line line;

	(void)size;
	if (reader->section_due) {
		reader->section_due = false;
		out[0] = '=';
		out[1] = '\n';
		out[2] = '\0';
		return out;
	}
	if (reader->pending.value) {
		piece_give(reader, out);
		return out;
	}
	while (line_peek(reader, &line)) {
		bool indented = ini_line_is_indented(line);

		line_skip(reader);
		if (line_check(reader, line) < 0 || ini_line_is_comment(line))
			continue;
		line = ini_line_trim(line);
		if (line.text[0] == '[') {
			reader->lost = !section_give(reader, line, out);
			if (!reader->lost)
				return out;
		} else if (indented && !reader->key_seen) {
			line_error(reader, line.number,
				   "indented, but there is no value to go on");
		} else if (assignment_read(reader, line)) {
			if (!reader->lost) {
				piece_give(reader, out);
				return out;
			}
			assignment_drop(reader);
		}
	}
	return NULL;
}

static struct ini_entry *entry_add(struct reader *reader, const char *section)
{
	struct ini_entry *entry = array_add(&reader->file->entries);

	entry->section = mem_string(section);
	unguard(entry->section);
	entry->line = reader->line;
	return entry;
}

/* An ini_handler: joins the pieces again. An empty key is the section's own line. */
static int entry_take(void *data, const char *section, const char *key, const char *piece)
{
	struct reader *reader = data;
	struct assignment *pending = &reader->pending;
	struct ini_entry *entry;

	if (!*key) {
		entry_add(reader, section);
		return 1;
	}
	buf_add_string(&reader->joined, piece);
	if (pending->given < pending->length)
		return 1;
	entry = entry_add(reader, section);
	entry->line = pending->line;
	entry->key = mem_string(key);
	entry->value = buf_take(&reader->joined);
	unguard(entry->value);
	assignment_drop(reader);
	return 1;
}

int ini_file_parse(const char *path, const char *text, size_t size, struct ini_file *file,
		   struct error_list *errors)
{
	struct error_list found = {0};
	struct reader reader = {
		.path = path, .rest = text, .left = size, .file = file, .errors = &found};
	int status;

	if (size > INI_FILE_MAX)
		return error_list_add(errors, "%s: larger than %d bytes", path,
				      INI_FILE_MAX);
	if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		reader.rest += 3;
		reader.left -= 3;
	}
	if (ini_parse_stream(reader_next, &reader, entry_take, &reader) != 0 &&
	    !found.count)
		error_list_add(&found, "%s: not an INI file", path);
	status = found.count ? -1 : 0;
	buf_free(&reader.joined);
	assignment_drop(&reader);
	for (size_t i = 0; i < found.count; i++)
		error_list_add(errors, "%s", found.messages[i]);
	error_list_free(&found);
	return status;
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

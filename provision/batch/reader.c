/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the settings of a section as typed values. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/num.h"
#include "common/text.h"
#include "provision/batch/reader.h"

enum { WORDS_MAX = 256 };

static const uint64_t MEGABYTE = UINT64_C(1) << 20;

const struct batch_setting *batch_reader_get(const struct batch_reader *reader,
					     const char *key)
{
	const struct batch_setting *setting = batch_section_get(reader->section, key);

	return setting ? setting : batch_section_get(reader->defaults, key);
}

int batch_reader_error(const struct batch_reader *reader,
		       const struct batch_setting *setting, struct error *error)
{
	error_context(error, "%s:%u: %s", setting->path, setting->line, setting->key);
	return error_list_take_once(reader->errors, error);
}

int batch_section_error(const struct batch_reader *reader, struct error *error)
{
	CLEANUP(free_ptr) char *title = batch_section_title(reader->section);

	error_context(error, "%s:%u: %s", reader->section->path, reader->section->line,
		      title);
	return error_list_take(reader->errors, error);
}

int batch_reader_missing(const struct batch_reader *reader, const char *key)
{
	CLEANUP(error_free) struct error error = {0};

	error_set(&error, "%s is missing", key);
	return batch_section_error(reader, &error);
}

void batch_read_text(const struct batch_reader *reader, const char *key,
		     const char **text)
{
	const struct batch_setting *setting = batch_reader_get(reader, key);
	CLEANUP(error_free) struct error error = {0};

	if (!setting)
		return;
	if (strchr(setting->value, '\n')) {
		error_set(&error, "must be one line");
		batch_reader_error(reader, setting, &error);
	} else if (*setting->value) {
		*text = setting->value;
	}
}

void batch_read_path(const struct batch_reader *reader, const char *key, char **path)
{
	const struct batch_setting *setting = batch_reader_get(reader, key);
	const char *text = NULL;

	batch_read_text(reader, key, &text);
	if (text)
		*path = file_path_from(setting->path, text, reader->options->home);
}

void batch_read_size(const struct batch_reader *reader, const char *key, uint64_t unit,
		     uint64_t *size_bytes)
{
	const struct batch_setting *setting = batch_reader_get(reader, key);
	CLEANUP(error_free) struct error error = {0};
	uint64_t size;
	int status;

	if (!setting) {
		batch_reader_missing(reader, key);
		return;
	}
	status = num_parse_size(setting->value, unit, &size, &error);
	if (status == 0 && size < MEGABYTE)
		status = error_set(&error, "less than 1 MB");
	if (status < 0)
		batch_reader_error(reader, setting, &error);
	else
		*size_bytes = size;
}

void batch_read_count(const struct batch_reader *reader, const char *key,
		      unsigned int max, unsigned int *count)
{
	const struct batch_setting *setting = batch_reader_get(reader, key);
	CLEANUP(error_free) struct error error = {0};
	uint64_t number;

	if (!setting)
		return;
	if (num_parse(setting->value, 1, max, &number, &error) < 0)
		batch_reader_error(reader, setting, &error);
	else
		*count = (unsigned int)number;
}

void batch_read_choice(const struct batch_reader *reader, const char *key,
		       const char *const words[], unsigned int *choice)
{
	const struct batch_setting *setting = batch_reader_get(reader, key);
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *meant = NULL;
	size_t count = 0;

	if (!setting)
		return;
	for (; words[count]; count++) {
		if (!strcmp(words[count], setting->value)) {
			*choice = (unsigned int)count;
			return;
		}
	}
	meant = text_meant(setting->value, words, count);
	error_set(&error, "unknown value \"%s\"%s", setting->value, meant);
	batch_reader_error(reader, setting, &error);
}

void batch_read_flag(const struct batch_reader *reader, const char *key, bool *flag)
{
	static const char *const words[] = {"no", "yes", "false", "true", "0", "1", NULL};
	unsigned int choice = *flag;

	batch_read_choice(reader, key, words, &choice);
	*flag = choice % 2;
}

/* Length of the word at `text`, up to a comma outside of quotes or the end of the
 * line. */
static size_t word_length(const char *text)
{
	bool quoted = false;
	size_t length = 0;

	for (; text[length] && text[length] != '\n'; length++) {
		if (text[length] == ',' && !quoted)
			break;
		quoted ^= text[length] == '"';
	}
	return length;
}

/* The word without blanks and quotes around it; NULL when nothing is left. */
static char *word_trim(const char *text, size_t length)
{
	for (; length && strchr(" \t", *text); length--)
		text++;
	while (length && strchr(" \t", text[length - 1]))
		length--;
	if (length >= 2 && text[0] == '"' && text[length - 1] == '"') {
		text++;
		length -= 2;
	}
	return length ? mem_substring(text, length) : NULL;
}

char **batch_read_words(const struct batch_reader *reader, const char *key)
{
	const struct batch_setting *setting = batch_reader_get(reader, key);
	CLEANUP(error_free) struct error error = {0};
	const char *rest;
	char **words;
	size_t count = 0;

	if (!setting)
		return NULL;
	words = mem_zero(WORDS_MAX + 1, sizeof(*words));
	for (rest = setting->value; *rest;) {
		size_t length = word_length(rest);
		char *word = word_trim(rest, length);

		rest += length + (rest[length] != '\0');
		if (word && count == WORDS_MAX) {
			free(word);
			error_set(&error, "more than %d words", WORDS_MAX);
			batch_reader_error(reader, setting, &error);
			break;
		}
		if (word)
			words[count++] = word;
	}
	return words;
}

static const struct buf *stream_find(const struct batch *batch, const char *path)
{
	array_foreach(stream, &batch->streams) {
		if (!strcmp(stream->path, path))
			return &stream->content;
	}
	return NULL;
}

const struct buf *batch_read_stream(const struct batch_reader *reader, const char *path,
				    size_t max_size, struct error *error)
{
	const struct buf *known = stream_find(reader->batch, path);
	CLEANUP(buf_free) struct buf content = {0};
	struct batch_stream *stream;

	if (known && known->size > max_size) {
		error_set(error, "%s: larger than %zu bytes", path, max_size);
		return NULL;
	}
	if (known)
		return known;
	if (file_read_or_stdin(path, max_size, &content, error) < 0)
		return NULL;
	stream = array_add(&reader->batch->streams);
	*stream = (struct batch_stream){.path = mem_string(path), .content = content};
	content = (struct buf){0};
	return &stream->content;
}

int batch_read_file(const struct batch_reader *reader, const char *path, size_t max_size,
		    struct buf *text, struct error *error)
{
	const struct buf *content;

	if (!file_is_stream(path))
		return file_read(path, max_size, text, error);
	content = batch_read_stream(reader, path, max_size, error);
	if (!content)
		return -1;
	buf_add(text, buf_text(content), content->size);
	return 0;
}

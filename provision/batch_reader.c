/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A section's settings as typed values. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/num.h"
#include "common/text.h"
#include "provision/batch_reader.h"

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
	return error_list_take(reader->errors, error);
}

int batch_reader_missing(const struct batch_reader *reader, const char *key)
{
	return error_list_add(reader->errors, "%s:%u: %s: %s is missing",
			      reader->section->path, reader->section->line,
			      reader->section->name, key);
}

void batch_read_text(const struct batch_reader *reader, const char *key,
		     const char **text)
{
	const struct batch_setting *setting = batch_reader_get(reader, key);
	CLEANUP(error_free) struct error error = {0};

	if (!setting)
		return;
	if (strchr(setting->value, '\n')) {
		error_set(&error, "takes one line");
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

	if (!setting) {
		batch_reader_missing(reader, key);
		return;
	}
	if (num_parse_size(setting->value, unit, &size, &error) < 0)
		batch_reader_error(reader, setting, &error);
	else if (size < MEGABYTE)
		batch_reader_error(reader, setting,
				   (error_set(&error, "less than 1 MB"), &error));
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
	const char *nearest;
	size_t count = 0;

	if (!setting)
		return;
	for (; words[count]; count++) {
		if (!strcmp(words[count], setting->value)) {
			*choice = (unsigned int)count;
			return;
		}
	}
	nearest = text_nearest(setting->value, words, count);
	error_set(&error, "unknown value \"%s\"%s%s%s", setting->value,
		  nearest ? "; is \"" : "", nearest ? nearest : "",
		  nearest ? "\" meant?" : "");
	batch_reader_error(reader, setting, &error);
}

void batch_read_flag(const struct batch_reader *reader, const char *key, bool *flag)
{
	static const char *const words[] = {"no", "yes", "false", "true", "0", "1", NULL};
	unsigned int choice = *flag;

	batch_read_choice(reader, key, words, &choice);
	*flag = choice % 2;
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
		size_t length = strcspn(rest, ", \t\n");

		if (length && count < WORDS_MAX)
			words[count++] = mem_substring(rest, length);
		rest += length + (rest[length] != '\0');
	}
	if (count == WORDS_MAX) {
		error_set(&error, "more than %d words", WORDS_MAX - 1);
		batch_reader_error(reader, setting, &error);
	}
	return words;
}

void batch_words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}

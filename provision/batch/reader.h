/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the settings of a section as typed values; used only inside this room. */
#ifndef PROVISION_BATCH_READER_H
#define PROVISION_BATCH_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "provision/batch/batch.h"

/* The section that is being read, and the list for errors. */
struct batch_reader {
	struct batch *batch;
	const struct batch_options *options;
	const struct batch_section *section, *defaults; /* `defaults` may be NULL */
	struct error_list *errors;
};

/* The setting of the section, else of the defaults, else NULL. */
const struct batch_setting *batch_reader_get(const struct batch_reader *reader,
					     const char *key);

/* Moves the error to the list as "path:line: key: reason", unless the list has it.
 * Returns -1. */
int batch_reader_error(const struct batch_reader *reader,
		       const struct batch_setting *setting, struct error *error);
/* Moves the error to the list as "path:line: kind name: reason". Returns -1. */
int batch_section_error(const struct batch_reader *reader, struct error *error);
/* Adds "path:line: kind name: KEY is missing". Returns -1. */
int batch_reader_missing(const struct batch_reader *reader, const char *key);

/*
 * Appends a file that the batch names: a regular one, or one that can be read only once
 * and is then read once for all who name it.
 */
int batch_read_file(const struct batch_reader *reader, const char *path, size_t max_size,
		    struct buf *text, struct error *error);

/* The content of a file of file_is_stream(), which the batch owns; NULL on failure. It
 * may move when another one is read, its text does not. */
const struct buf *batch_read_stream(const struct batch_reader *reader, const char *path,
				    size_t max_size, struct error *error);

/* These functions leave the value unchanged when the setting is missing or invalid; an
 * invalid one is added to the errors. */

/* One line; an empty value counts as missing. The batch owns the text. */
void batch_read_text(const struct batch_reader *reader, const char *key,
		     const char **text);
/* A path, relative to the file that has the setting; the caller owns it. */
void batch_read_path(const struct batch_reader *reader, const char *key, char **path);
/* At least 1 MiB; counts `unit` bytes when the value has no unit. A missing setting is an
 * error. */
void batch_read_size(const struct batch_reader *reader, const char *key, uint64_t unit,
		     uint64_t *size_bytes);
/* From 1 to `max`. */
void batch_read_count(const struct batch_reader *reader, const char *key,
		      unsigned int max, unsigned int *count);
/* One of the NULL-ended words; *choice is its index. */
void batch_read_choice(const struct batch_reader *reader, const char *key,
		       const char *const words[], unsigned int *choice);
/* yes, no, true, false, 1, 0 */
void batch_read_flag(const struct batch_reader *reader, const char *key, bool *flag);
/* NULL-ended words, separated by commas or newlines; a word with a comma is in double
 * quotes. NULL when the setting is missing. The caller frees them with
 * batch_words_free(). */
char **batch_read_words(const struct batch_reader *reader, const char *key);

#endif

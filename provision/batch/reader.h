/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A section's settings as typed values; only for the readers of batches. */
#ifndef PROVISION_BATCH_READER_H
#define PROVISION_BATCH_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "provision/batch/batch.h"

/* A section while it is read: where its settings are, and where mistakes go. */
struct batch_reader {
	struct batch *batch;
	const struct batch_options *options;
	const struct batch_section *section, *defaults; /* the second may be NULL */
	struct error_list *errors;
};

/* What the section says, else what the defaults say, else NULL. */
const struct batch_setting *batch_reader_get(const struct batch_reader *reader,
					     const char *key);

/* Takes the error over as "path:line: key: reason", once. Returns -1. */
int batch_reader_error(const struct batch_reader *reader,
		       const struct batch_setting *setting, struct error *error);
/* Takes it over as "path:line: kind name: reason". Returns -1. */
int batch_section_error(const struct batch_reader *reader, struct error *error);
/* "path:line: kind name: key is missing". Returns -1. */
int batch_reader_missing(const struct batch_reader *reader, const char *key);

/*
 * Each of these leaves the value alone when the setting is not there, or is wrong, which
 * goes to the errors.
 */

/* One line; an empty one counts as not there. The batch owns the text. */
void batch_read_text(const struct batch_reader *reader, const char *key,
		     const char **text);
/* A path as seen from the file that says it; the caller owns it. */
void batch_read_path(const struct batch_reader *reader, const char *key, char **path);
/* At least 1 MiB; `unit` bytes when it names none. A missing one is a mistake. */
void batch_read_size(const struct batch_reader *reader, const char *key, uint64_t unit,
		     uint64_t *size_bytes);
/* From 1 to `max`. */
void batch_read_count(const struct batch_reader *reader, const char *key,
		      unsigned int max, unsigned int *count);
/* One of the NULL-ended words, whose place is the choice. */
void batch_read_choice(const struct batch_reader *reader, const char *key,
		       const char *const words[], unsigned int *choice);
/* yes, no, true, false, 1, 0 */
void batch_read_flag(const struct batch_reader *reader, const char *key, bool *flag);
/* Words between commas or on lines of their own, NULL-ended; one that has a comma stands
 * in double quotes. NULL when not there. The caller frees them with batch_words_free().
 */
char **batch_read_words(const struct batch_reader *reader, const char *key);

#endif

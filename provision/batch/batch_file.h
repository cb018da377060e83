/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Merges the sections of a batch file, its includes and the shared settings. */
#ifndef PROVISION_BATCH_BATCH_FILE_H
#define PROVISION_BATCH_BATCH_FILE_H

#include <stddef.h>

#include "common/error.h"
#include "common/ini_file.h"
#include "common/mem.h"
#include "provision/batch/grammar.h"

enum {
	BATCH_INCLUDE_DEPTH_MAX = 16, /* nesting of includes */
	BATCH_INCLUDES_MAX = 100,     /* in all files of a batch */
	BATCH_SECTIONS_MAX = 20000,
};

struct batch_setting {
	const char *key; /* as batch_key_parse() gives it */
	const char *value;
	const char *path;  /* of the file that has it */
	unsigned int line; /* 0 when no file has it */
	/* Why other users could have written the file (file_distrust()); NULL: they could
	 * not. */
	const char *distrust;
};

struct batch_section {
	enum batch_kind kind;
	char *name; /* "" for the head and defaults; a pattern for machines */
	const char *path;
	unsigned int line;
	ARRAY(struct batch_setting) settings;
};

struct batch_file {
	ARRAY(struct batch_section) sections; /* kind and name are unique */
	ARRAY(struct ini_file *) sources;     /* own the strings */
	ARRAY(char *) paths;
};

/*
 * Reads `shared_path` (NULL: none; the file may be missing), then `path` ("-": standard
 * input, NULL: none). A later setting replaces an earlier one of the same section and
 * key; userdata and userdata_file, public and public_file count as one key. The settings
 * of a file replace those of the files that it includes, and a later include replaces an
 * earlier one. `home` replaces "~". Adds every error to `errors` as "path:line: reason":
 * unknown sections and keys, keys and sections given twice in one file, machines and the
 * batch's name in the shared settings, files that include themselves, and errors of the
 * INI reader. Returns -1 when there is one; the caller frees `file` in both cases.
 */
int batch_file_read(const char *path, const char *shared_path, const char *home,
		    struct batch_file *file, struct error_list *errors);
void batch_file_free(struct batch_file *file);

/* "machine web-1" or "defaults"; the caller owns it. */
char *batch_section_title(const struct batch_section *section);

/* The section or setting, NULL when there is none. */
const struct batch_section *batch_file_find(const struct batch_file *file,
					    enum batch_kind kind, const char *name);
const struct batch_setting *batch_section_get(const struct batch_section *section,
					      const char *key);

#endif

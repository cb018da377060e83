/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sections of a batch file, its includes and the shared settings, put together. */
#ifndef PROVISION_BATCH_BATCH_FILE_H
#define PROVISION_BATCH_BATCH_FILE_H

#include <stddef.h>

#include "common/error.h"
#include "common/ini_file.h"
#include "common/mem.h"
#include "provision/batch/grammar.h"

enum {
	BATCH_INCLUDE_DEPTH_MAX = 16, /* files that include each other */
	BATCH_INCLUDES_MAX = 100,     /* in all files of a batch */
	BATCH_SECTIONS_MAX = 20000,
};

struct batch_setting {
	const char *key; /* as batch_key_parse() gives it */
	const char *value;
	const char *path;  /* of the file that says so */
	unsigned int line; /* 0 where no file says so */
	/* Why others could have said so (file_distrust()); NULL: they could not. */
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
	ARRAY(struct batch_section) sections; /* a name stands once for each kind */
	ARRAY(struct ini_file *) sources;     /* own the strings */
	ARRAY(char *) paths;
};

/*
 * Reads `shared_path` (NULL: none; a file that is not there is no mistake) and then
 * `path` ("-": standard input, NULL: none) over it: what is said later about the same
 * section and key counts, and a key given in two forms (userdata and userdata_file,
 * public and public_file) is one. A file counts over those that it includes, and those
 * include each other in the order given. `home` stands for "~". Unknown sections and
 * keys, keys and sections given twice in one file, machines and the batch's name in the
 * shared settings, files that include themselves and what the INI reader refuses go to
 * `errors` as "path:line: reason". Returns -1 when there was any; free `file` in both
 * cases.
 */
int batch_file_read(const char *path, const char *shared_path, const char *home,
		    struct batch_file *file, struct error_list *errors);
void batch_file_free(struct batch_file *file);

/* "machine web-1" or "defaults"; the caller owns it. */
char *batch_section_title(const struct batch_section *section);

/* NULL when there is none. */
const struct batch_section *batch_file_find(const struct batch_file *file,
					    enum batch_kind kind, const char *name);
const struct batch_setting *batch_section_get(const struct batch_section *section,
					      const char *key);

#endif

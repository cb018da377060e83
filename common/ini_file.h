/* SPDX-License-Identifier: GPL-2.0-or-later */
/* INI files, read whole: sections, keys, values with their lines, and every error. */
#ifndef COMMON_INI_FILE_H
#define COMMON_INI_FILE_H

#include <stddef.h>

#include "common/error.h"
#include "common/mem.h"

/*
 * The syntax:
 *
 *     # or ; as the first character that is no space: a comment
 *     [section]            quotes in the name stay; a comment may follow
 *     key = value          "key: value" too; spaces around both are dropped
 *     key = value  # text  a "#" between spaces begins a comment; ";" never does
 *     key = "  text # "    double quotes around the whole value keep it as it is
 *     key =                a value goes on in lines that are indented. What indentation
 *       first line         they share goes, the rest stays, empty lines between them as
 *       second line        well, and nothing in it is a comment.
 *
 * The lines of a value are joined by newlines; the first one, behind the "=", only counts
 * when it is not empty. Text is UTF-8 without control characters but tab; lines may end
 * with CR LF.
 *
 * inih (https://github.com/benhoyt/inih) reads the keys. It would cut long values and
 * section names, so it does not see them.
 */
enum {
	INI_FILE_MAX = 4 * 1024 * 1024, /* bytes of a file, and so of a value */
	INI_SECTION_MAX = 1024,		/* bytes of a section's name */
	INI_KEY_MAX = 49,		/* bytes of a key: what inih takes */
};

struct ini_entry {
	char *section;	   /* "" before the first section; never NULL */
	char *key;	   /* NULL: the section begins here */
	char *value;	   /* NULL where key is, else never NULL */
	unsigned int line; /* from 1; where the key is */
};

struct ini_file {
	ARRAY(struct ini_entry) entries; /* in the order of the file */
};

/*
 * Parses `size` bytes. Every line that is not understood is added to `errors` as
 * "path:line: reason"; the rest of the file is read all the same. Returns -1 when there
 * was any; `file` then holds what could be read. The caller frees `file` in both cases.
 */
int ini_file_parse(const char *path, const char *text, size_t size, struct ini_file *file,
		   struct error_list *errors);

/* Reads a regular file of at most INI_FILE_MAX bytes, then as ini_file_parse(). errno is
 * ENOENT when it is not there. */
int ini_file_read(const char *path, struct ini_file *file, struct error_list *errors);

void ini_file_free(struct ini_file *file);

#endif

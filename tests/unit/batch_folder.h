/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Folders with the files of a batch, each made out of one text. */
#ifndef TESTS_UNIT_BATCH_FOLDER_H
#define TESTS_UNIT_BATCH_FOLDER_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/error.h"
#include "common/file.h"
#include "common/mem.h"

/* Ends the test: without its files it can't tell anything. */
_Noreturn static inline void batch_folder_fail(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

static inline void batch_folder_write(const char *name, const char *text, size_t size)
{
	CLEANUP(free_ptr) char *folder = mem_string(name);
	char *slash = strrchr(folder, '/');

	if (slash) {
		*slash = '\0';
		if (mkdir(folder, 0700) < 0 && errno != EEXIST)
			batch_folder_fail(folder);
	}
	if (file_replace(name, text, size, 0600, NULL) < 0)
		batch_folder_fail(name);
}

struct batch_folder {
	char path[32];
	int back; /* where the test was before */
};

/*
 * Makes a folder the current one, with the files that `text` holds: a line "== NAME"
 * begins each; without one in front the first is lab.ini.
 */
static inline void batch_folder_enter(struct batch_folder *folder, const char *text)
{
	const char *name = "lab.ini";
	size_t name_length = strlen(name);

	snprintf(folder->path, sizeof(folder->path), "/tmp/vmango-batch.XXXXXX");
	folder->back = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder->back < 0 || !mkdtemp(folder->path) || chdir(folder->path) < 0)
		batch_folder_fail(folder->path);
	for (bool first = true; *text || !first; first = false) {
		bool named = !strncmp(text, "== ", 3);
		const char *end;

		if (named) {
			name = text + 3;
			name_length = strcspn(name, "\n");
			text = name + name_length + (name[name_length] == '\n');
		} else if (!first) {
			break;
		}
		end = strncmp(text, "== ", 3) ? strstr(text, "\n== ") : text - 1;
		end = end ? end + 1 : text + strlen(text);
		CLEANUP(free_ptr) char *path = mem_substring(name, name_length);

		batch_folder_write(path, text, (size_t)(end - text));
		text = end;
	}
}

static inline int batch_folder_remove(const char *path, const struct stat *status,
				      int type, struct FTW *at)
{
	(void)status, (void)type, (void)at;
	return remove(path);
}

static inline void batch_folder_leave(const struct batch_folder *folder)
{
	if (fchdir(folder->back) < 0 || close(folder->back) < 0 ||
	    nftw(folder->path, batch_folder_remove, 8, FTW_DEPTH | FTW_PHYS) < 0)
		batch_folder_fail(folder->path);
}

/* Every message on a line of its own, onto `text`. */
static inline void batch_errors_show(const struct error_list *errors, struct buf *text)
{
	for (size_t i = 0; i < errors->count; i++)
		buf_format(text, "%s\n", errors->messages[i]);
}

#endif

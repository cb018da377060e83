/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of a few files have changed, told by the kernel's events where there are any. */
#ifndef LEASES_FILE_WATCH_H
#define LEASES_FILE_WATCH_H

#include <stdbool.h>
#include <sys/stat.h>

#include "common/mem.h"

struct file_watch_entry {
	char *path;
	struct stat seen; /* zeroed: was not there, or never looked at */
};

struct file_watch {
	int fd; /* becomes readable by changes, for poll(2); -1 when that can't be had */
	ARRAY(struct file_watch_entry) files;
};

void file_watch_start(struct file_watch *watch);

/* From now on, changes to the file at `path` and to its folder are events. A file that
 * was added before is the same one. */
void file_watch_add(struct file_watch *watch, const char *path);

/* Whether a file that was added differs from what it was at the last call; at the first
 * call, whether it is there. */
bool file_watch_changed(struct file_watch *watch, const char *path);

/* Takes all events off, so that poll(2) waits again. */
void file_watch_drain(struct file_watch *watch);

void file_watch_free(struct file_watch *watch);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program of others, run without a shell, with limits on its time and its output. */
#ifndef COMMON_CHILD_H
#define COMMON_CHILD_H

#include "common/buf.h"
#include "common/error.h"

struct child {
	const char *path;	  /* as it stands; PATH is not searched */
	char *const *arguments;	  /* NULL-ended; the first is the program's name */
	char *const *environment; /* NULL: ours */
	unsigned int timeout_ms;
	struct buf *output;   /* standard output is appended, to its max_size */
	struct buf *messages; /* the same for standard error; NULL: ours is its */
};

/*
 * Runs it in a process group of its own, with nothing on standard input and no signal
 * ignored or blocked, and waits for its end and that of its output. Fails when it can't
 * be run, ends by a signal or with another status than 0, writes more than there is room
 * for, or takes too long. Whatever is left of its group in the end is killed, also when a
 * signal ends this program.
 */
int child_run(const struct child *child, struct error *error);

#endif

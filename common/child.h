/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs another program, without a shell, with limits on its time and output. */
#ifndef COMMON_CHILD_H
#define COMMON_CHILD_H

#include "common/buf.h"
#include "common/error.h"

struct child {
	const char *path;	  /* used as is, without searching PATH */
	char *const *arguments;	  /* ends with NULL; the first is the program's name */
	char *const *environment; /* NULL: inherited */
	unsigned int timeout_ms;
	struct buf *output;   /* standard output is appended, up to max_size */
	struct buf *messages; /* the same for standard error; NULL: inherited */
};

/*
 * Runs the program in its own process group, with empty standard input and with all
 * signals at their defaults, and waits until it has exited and its output is closed.
 * Fails when it can't be run, is killed by a signal, exits with a status other than 0,
 * writes more than the buffers allow, or takes too long. Processes that are left in its
 * group are killed, also when this program is terminated by a signal.
 */
int child_run(const struct child *child, struct error *error);

#endif

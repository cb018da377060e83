/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far the work on each machine is, as lines of a terminal that are drawn again. */
#ifndef PROVISION_VERBS_PROGRESS_H
#define PROVISION_VERBS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/mem.h"

struct progress_line {
	const char *machine;
	char *step;			  /* NULL: nothing has begun, or all has ended */
	double begun_s;			  /* when the first step began */
	uint64_t done_bytes, total_bytes; /* of this step; total 0: not known */
};

/* Zeroed, then progress_add() for each machine; progress_free() at the end. */
struct progress {
	ARRAY(struct progress_line) lines;
	unsigned int columns, rows; /* of the terminal; 0: not known */
	size_t ended, failed;	    /* machines */
	size_t drawn;		    /* lines that are on the terminal now */
};

/* `machine` is borrowed. */
void progress_add(struct progress *progress, const char *machine);
void progress_free(struct progress *progress);

/* Times are in seconds of any clock that goes forward. Unknown machines are no matter. */
void progress_step(struct progress *progress, const char *machine, const char *step,
		   double now_s);
void progress_bytes(struct progress *progress, const char *machine, uint64_t done_bytes,
		    uint64_t total_bytes);
void progress_end(struct progress *progress, const char *machine, bool failed);

/*
 * Appends what a terminal needs to show a line for each machine that is worked on, and
 * one for all, in place of the lines drawn before. No line is wider than the terminal,
 * and there are no more than it has rows.
 */
void progress_draw(struct progress *progress, double now_s, struct buf *text);

/* Appends what takes the lines away. */
void progress_clear(struct progress *progress, struct buf *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The progress of the work on each machine, as lines that are redrawn on a terminal. */
#ifndef PROVISION_VERBS_PROGRESS_H
#define PROVISION_VERBS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/mem.h"

struct progress_line {
	const char *machine;
	char *step;			  /* NULL: not begun, or ended */
	double begun_s;			  /* time of the first step */
	uint64_t done_bytes, total_bytes; /* of this step; total 0: unknown */
};

/* Zeroed, then progress_add() for each machine; progress_free() at the end. */
struct progress {
	ARRAY(struct progress_line) lines;
	unsigned int columns, rows; /* of the terminal; 0: unknown */
	size_t ended, failed;	    /* machines */
	size_t drawn;		    /* lines currently on the terminal */
};

/* `machine` is borrowed. */
void progress_add(struct progress *progress, const char *machine);
void progress_free(struct progress *progress);

/* Times are in seconds of any monotonic clock. Unknown machines are ignored. */
void progress_step(struct progress *progress, const char *machine, const char *step,
		   double now_s);
void progress_bytes(struct progress *progress, const char *machine, uint64_t done_bytes,
		    uint64_t total_bytes);
void progress_end(struct progress *progress, const char *machine, bool failed);

/*
 * Appends the bytes that replace the lines drawn before with a line for each machine in
 * progress, and a summary. Lines are not wider than the terminal, and not more than its
 * rows.
 */
void progress_draw(struct progress *progress, double now_s, struct buf *text);

/* Appends the bytes that erase the lines. */
void progress_clear(struct progress *progress, struct buf *text);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far an import is: one line on a terminal, written over and over. */
#ifndef IMAGETOOL_IMPORT_PROGRESS_H
#define IMAGETOOL_IMPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"

struct import_progress {
	bool shown; /* there is a terminal, and it is wanted */
	const char *what;
	bool has_total;
	uint64_t total_bytes;
	uint64_t start_ms, last_ms; /* monotonic */
	unsigned int width;	    /* of the line that stands there */
};

/* Shows nothing when standard error is no terminal. `what` is borrowed. */
void import_progress_begin(struct import_progress *progress, bool wanted,
			   const char *what, const uint64_t *total_bytes);
/* At most a few times a second something happens. */
void import_progress_show(struct import_progress *progress, uint64_t done_bytes);
/* Removes the line. */
void import_progress_end(struct import_progress *progress);

/*
 * The line: "NAME  512.0 MiB of 1.0 GiB  50%  100.0 MiB/s  0:05 left". Without a total,
 * what is left is not known.
 */
void import_progress_line(const struct import_progress *progress, uint64_t done_bytes,
			  uint64_t now_ms, struct buf *line);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The progress of an import: one line on a terminal, which is overwritten. */
#ifndef IMAGETOOL_IMPORT_PROGRESS_H
#define IMAGETOOL_IMPORT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"

struct import_progress {
	bool shown; /* it is wanted, and standard error is a terminal */
	const char *what;
	bool has_total;
	uint64_t total_bytes;
	uint64_t start_ms, last_ms; /* monotonic */
	unsigned int width;	    /* of the line on the terminal */
};

/* Shows nothing when standard error is not a terminal. `what` is borrowed; NULL for
 * `total_bytes` means unknown. */
void import_progress_begin(struct import_progress *progress, bool wanted,
			   const char *what, const uint64_t *total_bytes);
/* Updates the line, at most a few times a second. */
void import_progress_show(struct import_progress *progress, uint64_t done_bytes);
/* Removes the line. */
void import_progress_end(struct import_progress *progress);

/*
 * Appends the line: "NAME  512.0 MiB of 1.0 GiB  50%  100.0 MiB/s  0:05 left", and less
 * of it when the total is unknown.
 */
void import_progress_line(const struct import_progress *progress, uint64_t done_bytes,
			  uint64_t now_ms, struct buf *line);

#endif

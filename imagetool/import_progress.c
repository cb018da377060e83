/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The progress of an import: one line on a terminal, which is overwritten. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/num.h"
#include "imagetool/import_progress.h"

enum { STEP_MS = 200, RATE_AFTER_MS = 1000 };

void import_progress_begin(struct import_progress *progress, bool wanted,
			   const char *what, const uint64_t *total_bytes)
{
	*progress = (struct import_progress){
		.shown = wanted && isatty(STDERR_FILENO),
		.what = what,
		.has_total = total_bytes,
		.total_bytes = total_bytes ? *total_bytes : 0,
		.start_ms = clock_ms(),
	};
}

static void time_add(struct buf *line, uint64_t seconds)
{
	if (seconds >= 3600)
		buf_format(line, "  %" PRIu64 ":%02u:%02u left", seconds / 3600,
			   (unsigned int)(seconds / 60 % 60),
			   (unsigned int)(seconds % 60));
	else
		buf_format(line, "  %u:%02u left", (unsigned int)(seconds / 60),
			   (unsigned int)(seconds % 60));
}

void import_progress_line(const struct import_progress *progress, uint64_t done_bytes,
			  uint64_t now_ms, struct buf *line)
{
	uint64_t passed_ms = now_ms - progress->start_ms;
	uint64_t total = progress->total_bytes, rate = 0;
	char size[NUM_SIZE_TEXT_MAX];

	buf_format(line, "%s  %s", progress->what, num_size_text(done_bytes, size));
	if (progress->has_total)
		buf_format(line, " of %s", num_size_text(total, size));
	if (progress->has_total && total)
		buf_format(line, "  %u%%",
			   (unsigned int)((double)done_bytes / (double)total * 100));
	if (passed_ms < RATE_AFTER_MS)
		return;
	rate = (uint64_t)((double)done_bytes * 1000 / (double)passed_ms);
	buf_format(line, "  %s/s", num_size_text(rate, size));
	if (progress->has_total && rate && total >= done_bytes)
		time_add(line, (total - done_bytes + rate - 1) / rate);
}

void import_progress_show(struct import_progress *progress, uint64_t done_bytes)
{
	CLEANUP(buf_free) struct buf line = {0};
	uint64_t now_ms = clock_ms();
	unsigned int width;

	if (!progress->shown || now_ms - progress->last_ms < STEP_MS)
		return;
	progress->last_ms = now_ms;
	import_progress_line(progress, done_bytes, now_ms, &line);
	width = (unsigned int)line.size;
	fprintf(stderr, "\r%-*s", (int)progress->width, buf_text(&line));
	fflush(stderr);
	progress->width = width;
}

void import_progress_end(struct import_progress *progress)
{
	if (progress->shown && progress->width)
		fprintf(stderr, "\r%*s\r", (int)progress->width, "");
	progress->shown = false;
}

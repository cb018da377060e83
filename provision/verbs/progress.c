/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The progress of the work on each machine, as lines that are redrawn on a terminal. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "provision/verbs/progress.h"

enum { COLUMNS_USUAL = 80, ROWS_USUAL = 24 };

void progress_add(struct progress *progress, const char *machine)
{
	array_add(&progress->lines)->machine = machine;
}

void progress_free(struct progress *progress)
{
	array_foreach(line, &progress->lines)
		free(line->step);
	free(progress->lines.items);
	*progress = (struct progress){0};
}

static struct progress_line *line_find(struct progress *progress, const char *machine)
{
	array_foreach(line, &progress->lines) {
		if (!strcmp(line->machine, machine))
			return line;
	}
	return NULL;
}

void progress_step(struct progress *progress, const char *machine, const char *step,
		   double now_s)
{
	struct progress_line *line = line_find(progress, machine);

	if (!line)
		return;
	if (!line->step)
		line->begun_s = now_s;
	free(line->step);
	line->step = mem_string(step);
	line->done_bytes = line->total_bytes = 0;
}

void progress_bytes(struct progress *progress, const char *machine, uint64_t done_bytes,
		    uint64_t total_bytes)
{
	struct progress_line *line = line_find(progress, machine);

	if (!line)
		return;
	line->done_bytes = done_bytes;
	line->total_bytes = total_bytes;
}

void progress_end(struct progress *progress, const char *machine, bool failed)
{
	struct progress_line *line = line_find(progress, machine);

	if (!line)
		return;
	free(line->step);
	line->step = NULL;
	progress->ended++;
	progress->failed += failed;
}

void progress_clear(struct progress *progress, struct buf *text)
{
	/* ECMA-48: cursor to the first column and up, erase to the end of the page. */
	if (progress->drawn)
		buf_format(text, "\r\033[%zuA\033[J", progress->drawn);
	progress->drawn = 0;
}

/* Cut to the terminal's width, as a wrapped line would take two rows. */
static void line_put(struct progress *progress, const struct buf *line, struct buf *text)
{
	size_t columns = progress->columns ? progress->columns : COLUMNS_USUAL;

	buf_add(text, line->data, line->size < columns ? line->size : columns - 1);
	buf_add_char(text, '\n');
	progress->drawn++;
}

static void line_write(const struct progress_line *line, int width, double now_s,
		       struct buf *text)
{
	char done[NUM_SIZE_TEXT_MAX], total[NUM_SIZE_TEXT_MAX];

	buf_format(text, "%-*s %5.0f s  %s", width, line->machine, now_s - line->begun_s,
		   line->step);
	if (line->total_bytes)
		buf_format(text, "  %s of %s", num_size_text(line->done_bytes, done),
			   num_size_text(line->total_bytes, total));
}

void progress_draw(struct progress *progress, double now_s, struct buf *text)
{
	size_t rows = progress->rows ? progress->rows : ROWS_USUAL, left;
	CLEANUP(buf_free) struct buf line = {0};
	int width = 0;

	progress_clear(progress, text);
	left = rows > 2 ? rows - 2 : 0;
	array_foreach(one, &progress->lines) {
		int length = (int)strlen(one->machine);

		if (one->step && length > width)
			width = length;
	}
	array_foreach(one, &progress->lines) {
		if (!one->step || !left)
			continue;
		left--;
		buf_clear(&line);
		line_write(one, width, now_s, &line);
		line_put(progress, &line, text);
	}
	buf_clear(&line);
	buf_format(&line, "%zu of %zu done", progress->ended, progress->lines.count);
	if (progress->failed)
		buf_format(&line, ", %zu failed", progress->failed);
	line_put(progress, &line, text);
}

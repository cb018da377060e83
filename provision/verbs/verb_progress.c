/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Showing the progress of a verb: on a terminal, in a pipe, or as JSON lines. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/interrupt.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"
#include "provision/verbs/progress.h"
#include "provision/verbs/verb_progress.h"

enum { TICK_MS = 250 };

enum style {
	STYLE_NONE,
	STYLE_LINES,  /* on standard error */
	STYLE_SCREEN, /* the same, redrawn */
	STYLE_EVENTS, /* on standard output */
};

struct verb_progress {
	const struct verb *verb;
	struct run *run; /* whose lock guards the rest */
	enum style style;
	double begun_s;
	struct progress screen;
	struct output *steps, *results; /* with STYLE_EVENTS */
	pthread_t ticker;
	pthread_cond_t ended;
	bool has_ticker, is_ended;
};

struct step_record {
	const char *event, *machine, *step;
	double after_s;
};

static const struct step_record *step_of(const void *record)
{
	return record;
}

static void get_event(const void *record, struct output_value *value)
{
	output_text(value, step_of(record)->event);
}

static void get_machine(const void *record, struct output_value *value)
{
	output_text(value, step_of(record)->machine);
}

static void get_step(const void *record, struct output_value *value)
{
	output_text(value, step_of(record)->step);
}

static void get_after(const void *record, struct output_value *value)
{
	output_number(value, (uint64_t)(step_of(record)->after_s * 1000));
}

static const struct output_column step_columns[] = {
	{"Event", "EVENT", 0, get_event},
	{"Name", "NAME", 0, get_machine},
	{"Step", "STEP", 0, get_step},
	{"Milliseconds", "MS", 0, get_after},
};

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void screen_draw(struct verb_progress *progress, bool clear)
{
	CLEANUP(buf_free) struct buf text = {0};

	if (clear)
		progress_clear(&progress->screen, &text);
	else
		progress_draw(&progress->screen, now_s(), &text);
	/* One write, so that the terminal never shows half of it. */
	fwrite(buf_text(&text), 1, text.size, stderr);
}

static void event_print(struct verb_progress *progress, const char *event,
			const char *machine, const char *step)
{
	struct step_record record = {event, machine, step, now_s() - progress->begun_s};

	output_record(progress->steps, &record);
	output_flush(progress->steps);
}

static void step_report(void *data, const char *machine, const char *step)
{
	struct verb_progress *progress = data;

	switch (progress->style) {
	case STYLE_NONE:
		break;
	case STYLE_LINES:
		cli_warn(progress->verb->cli, "%s: %s", machine, step);
		break;
	case STYLE_SCREEN:
		progress_step(&progress->screen, machine, step, now_s());
		screen_draw(progress, false);
		break;
	case STYLE_EVENTS:
		event_print(progress, "step", machine, step);
		break;
	}
}

/* Notes are printed at the end. */
static void note_report(void *data, const char *machine, const char *text)
{
	struct verb_progress *progress = data;

	if (progress->style == STYLE_EVENTS) {
		event_print(progress, "note", machine, text);
		return;
	}
	if (progress->style == STYLE_SCREEN)
		screen_draw(progress, true);
	cli_warn(progress->verb->cli, "%s: %s", machine, text);
}

/* libvirt reports no progress of a copy, but the volume's allocation shows it. */
static void copies_look(struct verb_progress *progress)
{
	const struct changes *changes = &progress->verb->changes;

	for (size_t i = 0; i < changes->list.count; i++) {
		const struct change *change = &changes->list.items[i];
		CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;
		CLEANUP(free_ptr) char *name = NULL;
		virStorageVolInfo info;
		const char *step;
		bool copies;

		pthread_mutex_lock(&progress->run->state->lock);
		step = progress->screen.lines.items[i].step;
		copies = step && !strcmp(step, "clone") && change->clone == STORAGE_COPY;
		pthread_mutex_unlock(&progress->run->state->lock);
		if (!copies)
			continue;
		name = machine_volume_name(change->name, MACHINE_VOLUME_DISK);
		volume = virStorageVolLookupByName(
			host_connection(change->host)->root_pool, name);
		if (!volume || virStorageVolGetInfo(volume, &info) < 0)
			continue;
		pthread_mutex_lock(&progress->run->state->lock);
		progress_bytes(&progress->screen, change->name, info.allocation,
			       change->image->size_bytes);
		pthread_mutex_unlock(&progress->run->state->lock);
	}
}

static void *ticker_main(void *data)
{
	struct verb_progress *progress = data;
	struct run *run = progress->run;
	struct timespec until;

	pthread_mutex_lock(&run->state->lock);
	while (!progress->is_ended) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += TICK_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		pthread_cond_timedwait(&progress->ended, &run->state->lock, &until);
		if (progress->is_ended)
			break;
		pthread_mutex_unlock(&run->state->lock);
		copies_look(progress);
		pthread_mutex_lock(&run->state->lock);
		screen_draw(progress, false);
	}
	pthread_mutex_unlock(&run->state->lock);
	return NULL;
}

static enum style style_choose(const struct cli *cli)
{
	const char *terminal = getenv("TERM");

	if (cli->format == OUTPUT_JSONL)
		return STYLE_EVENTS;
	if (cli->quiet)
		return STYLE_NONE;
	return isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0
		       ? STYLE_SCREEN
		       : STYLE_LINES;
}

static void screen_begin(struct verb_progress *progress)
{
	struct winsize size;

	array_foreach(change, &progress->verb->changes.list)
		progress_add(&progress->screen, change->name);
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0) {
		progress->screen.columns = size.ws_col;
		progress->screen.rows = size.ws_row;
	}
	progress->has_ticker = pthread_create(&progress->ticker, NULL, ticker_main,
					      progress) == 0;
}

/* Prints what is rolled back or finished after a signal. */
static void notice_print(void *data, const char *text)
{
	struct verb_progress *progress = data;

	pthread_mutex_lock(&progress->run->state->lock);
	if (progress->style == STYLE_SCREEN)
		screen_draw(progress, true);
	cli_print_notice(progress->verb->cli, text);
	pthread_mutex_unlock(&progress->run->state->lock);
}

struct verb_progress *verb_progress_begin(const struct verb *verb, struct run *run)
{
	struct verb_progress *progress = mem_zero(1, sizeof(*progress));

	progress->verb = verb;
	progress->run = run;
	progress->style = style_choose(verb->cli);
	progress->begun_s = now_s();
	pthread_cond_init(&progress->ended, NULL);
	run->report = step_report;
	run->note = note_report;
	run->data = progress;
	if (progress->style == STYLE_SCREEN)
		screen_begin(progress);
	interrupt_print_set(notice_print, progress);
	if (progress->style == STYLE_EVENTS) {
		progress->steps = output_begin(stdout, OUTPUT_JSONL, step_columns,
					       ARRAY_LENGTH(step_columns), false);
		progress->results = verb_results_begin(verb, true);
	}
	return progress;
}

void verb_progress_result(struct verb_progress *progress,
			  const struct verb_result *result)
{
	pthread_mutex_lock(&progress->run->state->lock);
	if (progress->style == STYLE_EVENTS) {
		output_record(progress->results, result);
		output_flush(progress->results);
	}
	if (progress->style == STYLE_SCREEN) {
		progress_end(&progress->screen, result->change->name,
			     result->error.message != NULL);
		screen_draw(progress, false);
	}
	pthread_mutex_unlock(&progress->run->state->lock);
}

int verb_progress_end(struct verb_progress *progress)
{
	struct cli *cli = progress->verb->cli;
	int status = CLI_DONE;

	interrupt_print_set(cli_print_notice, cli);
	pthread_mutex_lock(&progress->run->state->lock);
	progress->is_ended = true;
	pthread_cond_signal(&progress->ended);
	pthread_mutex_unlock(&progress->run->state->lock);
	if (progress->has_ticker)
		pthread_join(progress->ticker, NULL);
	if (progress->style == STYLE_SCREEN)
		screen_draw(progress, true);
	if (progress->steps)
		status = cli_output_end(cli, progress->steps, status);
	if (progress->results)
		status = cli_output_end(cli, progress->results, status);
	progress_free(&progress->screen);
	pthread_cond_destroy(&progress->ended);
	free(progress);
	return status == CLI_DONE ? 0 : -1;
}

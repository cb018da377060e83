/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run: its workers, its reports, its end. */
#define _GNU_SOURCE
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "common/cleanup.h"
#include "provision/machine/run.h"
#include "tests/unit/tap.h"

enum { ITEMS = 1000, WORKERS = 4, PATIENCE_S = 30 };

struct work {
	atomic_uint done[ITEMS];
	pthread_mutex_t lock;
	pthread_cond_t all_here;
	unsigned int here; /* workers that have met */
	bool met;
};

static void count(void *data, size_t i)
{
	struct work *work = data;

	atomic_fetch_add(&work->done[i], 1);
}

static void each_once(unsigned int workers, size_t items)
{
	struct work work = {0};
	struct run run = {.workers = workers};
	bool once = true;

	run_each(&run, items, count, &work);
	for (size_t i = 0; i < ITEMS; i++)
		once = once && atomic_load(&work.done[i]) == (i < items);
	tap_ok(once, "%zu items, each once, by %u workers", items, workers);
}

/* Waits until all workers are here, which one after the other never are. */
static void meet(void *data, size_t i)
{
	struct work *work = data;
	struct timespec end;

	(void)i;
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&work->lock);
	work->here++;
	pthread_cond_broadcast(&work->all_here);
	while (work->here < WORKERS &&
	       pthread_cond_timedwait(&work->all_here, &work->lock, &end) == 0)
		;
	work->met = work->here >= WORKERS;
	pthread_mutex_unlock(&work->lock);
}

static void at_the_same_time(void)
{
	struct work work = {.lock = PTHREAD_MUTEX_INITIALIZER,
			    .all_here = PTHREAD_COND_INITIALIZER};
	struct run run = {.workers = WORKERS};

	run_each(&run, WORKERS, meet, &work);
	tap_ok(work.met, "the workers work at the same time");
}

/* Six jobs, of which the first four are of one group; see of_each_group_so_many(). */
struct groups {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned int busy[2], most[2];
	bool met;
};

enum { GROUP_JOBS = 6, FIRST_GROUP_JOBS = 4, GROUP_WORKERS = 2 };

static size_t group_of(const void *data, size_t i)
{
	(void)data;
	return i >= FIRST_GROUP_JOBS;
}

/* Waits until both groups are as busy as they may be. */
static void group_work(void *data, size_t i)
{
	struct groups *groups = data;
	size_t group = group_of(data, i);
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&groups->lock);
	if (++groups->busy[group] > groups->most[group])
		groups->most[group] = groups->busy[group];
	if (groups->busy[0] == GROUP_WORKERS && groups->busy[1] == GROUP_WORKERS)
		groups->met = true;
	pthread_cond_broadcast(&groups->changed);
	while (!groups->met &&
	       pthread_cond_timedwait(&groups->changed, &groups->lock, &end) == 0)
		;
	groups->busy[group]--;
	pthread_mutex_unlock(&groups->lock);
}

static void of_each_group_so_many(void)
{
	struct groups groups = {.lock = PTHREAD_MUTEX_INITIALIZER,
				.changed = PTHREAD_COND_INITIALIZER};
	struct run run = {.workers = GROUP_JOBS,
			  .group_of = group_of,
			  .group_count = 2,
			  .group_workers = GROUP_WORKERS};

	run_each(&run, GROUP_JOBS, group_work, &groups);
	tap_ok(groups.met, "a group that is busy does not hold up another");
	tap_number(groups.most[0], GROUP_WORKERS, "of a group so many at a time");
	tap_number(groups.most[1], GROUP_WORKERS, "of the other as well");
}

/* What a report of one worker sees when another one is told at the same time. */
struct reports {
	struct run run;
	unsigned int count; /* not atomic: the run's lock is to guard it */
	atomic_bool busy;
	atomic_bool overlapped;
	char last[64];
};

static void report_take(void *data, const char *machine, const char *step)
{
	struct reports *reports = data;

	if (atomic_exchange(&reports->busy, true))
		atomic_store(&reports->overlapped, true);
	reports->count++;
	snprintf(reports->last, sizeof(reports->last), "%s: %s", machine, step);
	atomic_store(&reports->busy, false);
}

static void report_work(void *data, size_t i)
{
	struct reports *reports = data;

	(void)i;
	run_report(&reports->run, "web-1", "clone");
}

static void one_report_at_a_time(void)
{
	struct run_state state = {.lock = PTHREAD_MUTEX_INITIALIZER};
	struct reports reports = {.run = {.workers = WORKERS,
					  .report = report_take,
					  .data = &reports,
					  .state = &state}};

	run_each(&reports.run, ITEMS, report_work, &reports);
	tap_number(reports.count, ITEMS, "every report is printed");
	tap_ok(!reports.overlapped, "one at a time");
	tap_string(reports.last, "web-1: clone", "with the machine and its step");
}

static void an_interrupted_run(void)
{
	struct run_state state = {.lock = PTHREAD_MUTEX_INITIALIZER};
	volatile sig_atomic_t interrupted = 0;
	struct reports reports = {.run = {.report = report_take,
					  .data = &reports,
					  .interrupted = &interrupted,
					  .state = &state}};
	CLEANUP(error_free) struct error error = {0};

	tap_ok(run_step(&reports.run, "a", "define", &error) == 0, "a step is begun");
	tap_string(reports.last, "a: define", "and reported");
	interrupted = 1;
	tap_ok(run_step(&reports.run, "a", "clone", &error) < 0,
	       "none is begun once the run is to end");
	tap_string(error_text(&error), "interrupted before: clone", "which one, and why");
	tap_number(reports.count, 1, "nor reported");
	run_report(&reports.run, "a", "roll back");
	tap_string(reports.last, "a: roll back",
		   "what is rolled back is reported all the same");
	reports.run.report = NULL;
	run_report(&reports.run, "a", "x");
	tap_number(reports.count, 2, "nobody listens");
}

/* Whether the run got its signal, which is held back so that the test may ask. */
static bool signal_came(void)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, SIGUSR1) == 1;
}

static void a_trap_at_a_point(void)
{
	struct run_state state = {.lock = PTHREAD_MUTEX_INITIALIZER};
	volatile sig_atomic_t interrupted = 0;
	struct run run = {.interrupted = &interrupted,
			  .trap = {.at = 3, .signal = SIGUSR1},
			  .state = &state};
	struct run_state free_state = {.lock = PTHREAD_MUTEX_INITIALIZER};
	struct run free_run = {.state = &free_state};
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGUSR1);
	sigprocmask(SIG_BLOCK, &held, NULL);
	run_point(&free_run);
	tap_ok(!signal_came(), "no trap, no signal");
	run_point(&run);
	run_step(&run, "a", "define", NULL);
	tap_ok(!signal_came(), "none before its point, where steps count");
	run_point(&run);
	tap_ok(signal_came(), "but at it");
	sigwaitinfo(&held, NULL);
	run_point(&run);
	tap_ok(!signal_came(), "and none behind");
}

static void notes(void)
{
	struct run_state state = {.lock = PTHREAD_MUTEX_INITIALIZER};
	struct reports reports = {
		.run = {.note = report_take, .data = &reports, .state = &state}};

	run_note(&reports.run, "a", "is left");
	tap_string(reports.last, "a: is left", "a note is reported");
	reports.run.note = NULL;
	run_note(&reports.run, "a", "x");
	tap_number(reports.count, 1, "or nobody listens");
}

int main(void)
{
	each_once(1, ITEMS);
	each_once(WORKERS, ITEMS);
	each_once(WORKERS, 3);
	each_once(WORKERS, 1);
	each_once(WORKERS, 0);
	each_once(64, ITEMS);
	at_the_same_time();
	of_each_group_so_many();
	one_report_at_a_time();
	an_interrupted_run();
	notes();
	a_trap_at_a_point();
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run: what the work on each machine shares. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>

#include "common/mem.h"
#include "provision/run.h"

void run_point(struct run *run)
{
	if (atomic_fetch_add(&run->points, 1) + 1 == run->trap.at)
		raise(run->trap.signal);
}

void run_report(struct run *run, const char *machine, const char *step)
{
	pthread_mutex_lock(&run->lock);
	if (run->report)
		run->report(run->data, machine, step);
	pthread_mutex_unlock(&run->lock);
}

void run_note(struct run *run, const char *machine, const char *text)
{
	pthread_mutex_lock(&run->lock);
	if (run->note)
		run->note(run->data, machine, text);
	pthread_mutex_unlock(&run->lock);
}

int run_step(struct run *run, const char *machine, const char *step, struct error *error)
{
	if (*run->interrupted)
		return error_set(error, "interrupted before: %s", step);
	run_report(run, machine, step);
	run_point(run);
	return 0;
}

struct pool {
	void (*work)(void *data, size_t i);
	void *data;
	size_t count;
	atomic_size_t next;
};

static void *worker_main(void *data)
{
	struct pool *pool = data;
	size_t i;

	while ((i = atomic_fetch_add(&pool->next, 1)) < pool->count)
		pool->work(pool->data, i);
	return NULL;
}

void run_each(struct run *run, size_t count, void (*work)(void *data, size_t i),
	      void *data)
{
	struct pool pool = {.work = work, .data = data, .count = count};
	size_t wanted = run->workers < count ? run->workers : count, started = 0;
	pthread_t *threads = mem_zero(wanted, sizeof(*threads));

	/* This thread works too, so that no thread at all is still enough. */
	while (started + 1 < wanted &&
	       pthread_create(&threads[started], NULL, worker_main, &pool) == 0)
		started++;
	worker_main(&pool);
	while (started)
		pthread_join(threads[--started], NULL);
	free(threads);
}

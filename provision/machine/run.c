/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run: what all workers share. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>

#include "common/mem.h"
#include "provision/machine/run.h"

void run_point(struct run *run)
{
	if (atomic_fetch_add(&run->state->points, 1) + 1 == run->trap.at)
		raise(run->trap.signal);
}

int run_change(struct run *run, struct error *error)
{
	run_point(run);
	if (owner_lock_check(run->owner, error) < 0)
		return -1;
	return run->guard ? run->guard(run->guard_data, error) : 0;
}

void run_report(struct run *run, const char *machine, const char *step)
{
	pthread_mutex_lock(&run->state->lock);
	if (run->report)
		run->report(run->data, machine, step);
	pthread_mutex_unlock(&run->state->lock);
}

void run_note(struct run *run, const char *machine, const char *text)
{
	pthread_mutex_lock(&run->state->lock);
	if (run->note)
		run->note(run->data, machine, text);
	pthread_mutex_unlock(&run->state->lock);
}

int run_check(const struct run *run, const char *step, struct error *error)
{
	return *run->interrupted ? error_set(error, "interrupted before: %s", step) : 0;
}

int run_step(struct run *run, const char *machine, const char *step, struct error *error)
{
	if (run_check(run, step, error) < 0)
		return -1;
	run_report(run, machine, step);
	return run_change(run, error);
}

struct pool {
	const struct run *run;
	void (*work)(void *data, size_t i);
	void *data;
	size_t count;
	size_t first; /* all jobs before it are taken */
	bool *taken;
	unsigned int *busy; /* workers, by group */
	pthread_mutex_t lock;
	pthread_cond_t ended; /* a job has */
};

static unsigned int *busy_of(const struct pool *pool, size_t job)
{
	const struct run *run = pool->run;

	return &pool->busy[run->group_of ? run->group_of(pool->data, job) : 0];
}

/* The first job that is not taken and whose group has room; pool->count if there is none.
 */
static size_t job_find(struct pool *pool)
{
	unsigned int limit = pool->run->group_of ? pool->run->group_workers
						 : pool->run->workers;

	while (pool->first < pool->count && pool->taken[pool->first])
		pool->first++;
	for (size_t i = pool->first; i < pool->count; i++)
		if (!pool->taken[i] && *busy_of(pool, i) < limit)
			return i;
	return pool->count;
}

/* Waits until a job can be taken; false when all are. */
static bool job_take(struct pool *pool, size_t *job)
{
	pthread_mutex_lock(&pool->lock);
	while ((*job = job_find(pool)) == pool->count && pool->first < pool->count)
		pthread_cond_wait(&pool->ended, &pool->lock);
	if (*job < pool->count) {
		pool->taken[*job] = true;
		++*busy_of(pool, *job);
	}
	pthread_mutex_unlock(&pool->lock);
	return *job < pool->count;
}

static void *worker_main(void *data)
{
	struct pool *pool = data;
	size_t job;

	while (job_take(pool, &job)) {
		pool->work(pool->data, job);
		pthread_mutex_lock(&pool->lock);
		--*busy_of(pool, job);
		pthread_cond_broadcast(&pool->ended);
		pthread_mutex_unlock(&pool->lock);
	}
	return NULL;
}

void run_each(struct run *run, size_t count, void (*work)(void *data, size_t i),
	      void *data)
{
	struct pool pool = {.run = run,
			    .work = work,
			    .data = data,
			    .count = count,
			    .taken = mem_zero(count, sizeof(*pool.taken)),
			    .busy = mem_zero(run->group_of ? run->group_count : 1,
					     sizeof(*pool.busy)),
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .ended = PTHREAD_COND_INITIALIZER};
	size_t wanted = run->workers < count ? run->workers : count, started = 0;
	pthread_t *threads = mem_zero(wanted, sizeof(*threads));

	/* This thread works too, so the run proceeds even if no thread can be created. */
	while (started + 1 < wanted &&
	       pthread_create(&threads[started], NULL, worker_main, &pool) == 0)
		started++;
	worker_main(&pool);
	while (started)
		pthread_join(threads[--started], NULL);
	free(threads);
	free(pool.busy);
	free(pool.taken);
}

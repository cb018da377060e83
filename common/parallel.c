/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same work on several things, by threads. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "common/mem.h"
#include "common/parallel.h"

struct work {
	void (*call)(void *data, size_t i);
	void *data;
	size_t count;
	atomic_size_t next;
};

static void *work_do(void *data)
{
	struct work *work = data;

	for (size_t i; (i = atomic_fetch_add(&work->next, 1)) < work->count;)
		work->call(work->data, i);
	return NULL;
}

void parallel(unsigned int limit, size_t count, void (*call)(void *data, size_t i),
	      void *data)
{
	struct work work = {.call = call, .data = data, .count = count};
	size_t wanted = limit < count ? limit : count, started = 0;
	pthread_t *threads = mem_zero(wanted, sizeof(*threads));

	/* Without threads, this one does all. */
	while (started + 1 < wanted &&
	       pthread_create(&threads[started], NULL, work_do, &work) == 0)
		started++;
	work_do(&work);
	while (started)
		pthread_join(threads[--started], NULL);
	free(threads);
}

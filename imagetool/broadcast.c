/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Passes parts of a file from one producer to several consumers, in bounded memory. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "common/mem.h"
#include "imagetool/broadcast.h"

/* Parts are numbered in the order in which they are put; part N is in
 * parts[N % part_count]. */
struct consumer {
	uint64_t next; /* number of the first part that it has not finished */
	bool holds;    /* it has that part */
	bool gone;
};

struct broadcast {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t consumer_count, part_count;
	struct consumer *consumers;
	struct part *parts;
	uint64_t put; /* number of parts so far */
	bool ended, complete;
};

struct broadcast *broadcast_new(size_t consumer_count, size_t part_count,
				size_t part_size)
{
	struct broadcast *broadcast = mem_zero(1, sizeof(*broadcast));
	pthread_condattr_t attributes;

	pthread_mutex_init(&broadcast->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&broadcast->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	broadcast->consumer_count = consumer_count;
	broadcast->part_count = part_count;
	broadcast->consumers = mem_zero(consumer_count, sizeof(*broadcast->consumers));
	broadcast->parts = mem_zero(part_count, sizeof(*broadcast->parts));
	for (size_t i = 0; i < part_count; i++)
		broadcast->parts[i].data = mem_resize(NULL, part_size, 1);
	return broadcast;
}

void broadcast_free(struct broadcast *broadcast)
{
	if (!broadcast)
		return;
	for (size_t i = 0; i < broadcast->part_count; i++)
		free(broadcast->parts[i].data);
	free(broadcast->parts);
	free(broadcast->consumers);
	pthread_cond_destroy(&broadcast->changed);
	pthread_mutex_destroy(&broadcast->lock);
	free(broadcast);
}

static bool has_consumers(const struct broadcast *broadcast)
{
	for (size_t i = 0; i < broadcast->consumer_count; i++)
		if (!broadcast->consumers[i].gone)
			return true;
	return false;
}

static bool has_room(const struct broadcast *broadcast)
{
	for (size_t i = 0; i < broadcast->consumer_count; i++) {
		const struct consumer *consumer = &broadcast->consumers[i];

		if (!consumer->gone &&
		    broadcast->put - consumer->next >= broadcast->part_count)
			return false;
	}
	return true;
}

static struct timespec time_after(unsigned int ms)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += ms / 1000;
	time.tv_nsec += ms % 1000 * 1000000L;
	if (time.tv_nsec >= 1000000000L) {
		time.tv_nsec -= 1000000000L;
		time.tv_sec++;
	}
	return time;
}

struct part *broadcast_room(struct broadcast *broadcast, unsigned int wait_ms)
{
	struct timespec until = time_after(wait_ms);
	struct part *part = NULL;
	int status = 0;

	pthread_mutex_lock(&broadcast->lock);
	while (status == 0 && has_consumers(broadcast) && !has_room(broadcast))
		status = pthread_cond_timedwait(&broadcast->changed, &broadcast->lock,
						&until);
	if (has_consumers(broadcast) && has_room(broadcast))
		part = &broadcast->parts[broadcast->put % broadcast->part_count];
	pthread_mutex_unlock(&broadcast->lock);
	return part;
}

void broadcast_put(struct broadcast *broadcast)
{
	pthread_mutex_lock(&broadcast->lock);
	broadcast->put++;
	pthread_cond_broadcast(&broadcast->changed);
	pthread_mutex_unlock(&broadcast->lock);
}

void broadcast_end(struct broadcast *broadcast, bool complete)
{
	pthread_mutex_lock(&broadcast->lock);
	broadcast->ended = true;
	broadcast->complete = complete;
	pthread_cond_broadcast(&broadcast->changed);
	pthread_mutex_unlock(&broadcast->lock);
}

bool broadcast_has_consumers(struct broadcast *broadcast)
{
	bool has;

	pthread_mutex_lock(&broadcast->lock);
	has = has_consumers(broadcast);
	pthread_mutex_unlock(&broadcast->lock);
	return has;
}

enum broadcast_result broadcast_get(struct broadcast *broadcast, size_t consumer_number,
				    const struct part **part)
{
	struct consumer *consumer = &broadcast->consumers[consumer_number];
	enum broadcast_result result = BROADCAST_FAILED;

	pthread_mutex_lock(&broadcast->lock);
	if (consumer->holds) {
		consumer->next++;
		consumer->holds = false;
		pthread_cond_broadcast(&broadcast->changed);
	}
	while (consumer->next == broadcast->put && !broadcast->ended)
		pthread_cond_wait(&broadcast->changed, &broadcast->lock);
	if (broadcast->ended && !broadcast->complete) {
		result = BROADCAST_FAILED;
	} else if (consumer->next < broadcast->put) {
		*part = &broadcast->parts[consumer->next % broadcast->part_count];
		consumer->holds = true;
		result = BROADCAST_PART;
	} else {
		result = BROADCAST_COMPLETE;
	}
	pthread_mutex_unlock(&broadcast->lock);
	return result;
}

void broadcast_leave(struct broadcast *broadcast, size_t consumer)
{
	pthread_mutex_lock(&broadcast->lock);
	broadcast->consumers[consumer].gone = true;
	pthread_cond_broadcast(&broadcast->changed);
	pthread_mutex_unlock(&broadcast->lock);
}

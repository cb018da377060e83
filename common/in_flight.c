/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls of one connection that are under way at a time, so that they share its latency.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "common/clock.h"
#include "common/in_flight.h"
#include "common/mem.h"
#include "common/parallel.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "common/virt_socket.h"

struct calls {
	struct in_flight *flight;
	void (*call)(void *data, size_t i);
	void *data;
	_Atomic uint64_t answered_ms; /* clock_ms() when a call has returned last */
	pthread_mutex_t lock;
	pthread_cond_t ended;
	bool has_ended;
	ARRAY(pthread_t) questions; /* threads that ask whether it still answers */
	size_t unanswered;	    /* of them */
};

struct in_flight in_flight_start(virConnectPtr connection)
{
	struct in_flight flight = {.connection = connection, .limit = IN_FLIGHT};

	if (!virt_sockets_are_known(connection))
		in_flight_end(&flight);
	return flight;
}

void in_flight_end(struct in_flight *flight)
{
	if (flight->connection && !flight->is_over)
		virt_keep_alive(flight->connection);
	flight->is_over = true;
}

void in_flight_ask_limit(struct in_flight *flight)
{
	unsigned long version;

	if (virConnectGetLibVersion(flight->connection, &version) == 0 &&
	    version >= 10000000)
		flight->limit = IN_FLIGHT_10_0;
}

static void *question_main(void *data)
{
	struct calls *calls = data;
	unsigned long version;

	if (virConnectGetLibVersion(calls->flight->connection, &version) == 0)
		atomic_store(&calls->answered_ms, clock_ms());
	pthread_mutex_lock(&calls->lock);
	calls->unanswered--;
	pthread_cond_signal(&calls->ended);
	pthread_mutex_unlock(&calls->lock);
	return NULL;
}

/* Each sends what the one before it may have left unsent. To be called with the lock
 * held. */
static void question_ask(struct calls *calls)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, question_main, calls) != 0)
		return;
	*array_add(&calls->questions) = thread;
	calls->unanswered++;
}

/* Whether all calls and questions have returned by then. To be called with the lock held.
 */
static bool end_wait(struct calls *calls, uint64_t until_ms)
{
	const struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
				       .tv_nsec = (long)(until_ms % 1000) * 1000000L};

	while (!(calls->has_ended && !calls->unanswered) &&
	       pthread_cond_timedwait(&calls->ended, &calls->lock, &until) == 0)
		;
	return calls->has_ended && !calls->unanswered;
}

/* At the same times as libvirt's own messages. */
static void *watch_main(void *data)
{
	struct calls *calls = data;
	uint64_t answered_ms = atomic_load(&calls->answered_ms);
	unsigned int asked = 0;

	pthread_mutex_lock(&calls->lock);
	while (!end_wait(calls, answered_ms + (asked + 1) * VIRT_ASK_S * 1000)) {
		uint64_t last_ms = atomic_load(&calls->answered_ms);

		if (last_ms != answered_ms) {
			answered_ms = last_ms;
			asked = 0;
		} else if (asked++ < VIRT_SILENT_MAX) {
			question_ask(calls);
		} else {
			calls->flight->is_silent = true;
			virt_sockets_shut(calls->flight->connection);
		}
	}
	pthread_mutex_unlock(&calls->lock);
	array_foreach(question, &calls->questions)
		pthread_join(*question, NULL);
	free(calls->questions.items);
	return NULL;
}

static void watch_end(struct calls *calls, pthread_t watch)
{
	pthread_mutex_lock(&calls->lock);
	calls->has_ended = true;
	pthread_cond_signal(&calls->ended);
	pthread_mutex_unlock(&calls->lock);
	pthread_join(watch, NULL);
}

static void call_make(void *data, size_t i)
{
	struct calls *calls = data;

	calls->call(calls->data, i);
	atomic_store(&calls->answered_ms, clock_ms());
}

/* A thread that sends over a connection that was ended meanwhile would get one, and end
 * the program. */
static void pipe_signal_block(sigset_t *pipe_signal, sigset_t *before)
{
	sigemptyset(pipe_signal);
	sigaddset(pipe_signal, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, pipe_signal, before);
}

static void pipe_signal_drop(const sigset_t *pipe_signal, const sigset_t *before)
{
	const struct timespec now = {0};

	if (!sigismember(before, SIGPIPE))
		while (sigtimedwait(pipe_signal, NULL, &now) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

static void calls_make(struct calls *calls, size_t count)
{
	pthread_condattr_t monotonic;
	sigset_t pipe_signal, before;
	pthread_t watch;

	pipe_signal_block(&pipe_signal, &before);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&calls->ended, &monotonic);
	pthread_condattr_destroy(&monotonic);
	if (pthread_create(&watch, NULL, watch_main, calls) == 0) {
		parallel(calls->flight->limit, count, call_make, calls);
		watch_end(calls, watch);
	} else {
		in_flight_end(calls->flight);
		parallel(1, count, call_make, calls);
	}
	pthread_cond_destroy(&calls->ended);
	pipe_signal_drop(&pipe_signal, &before);
}

void in_flight(struct in_flight *flight, size_t count, void (*call)(void *data, size_t i),
	       void *data)
{
	struct calls calls = {.flight = flight,
			      .call = call,
			      .data = data,
			      .answered_ms = clock_ms(),
			      .lock = PTHREAD_MUTEX_INITIALIZER};

	if (flight->is_over || !flight->connection)
		parallel(1, count, call, data);
	else if (count)
		calls_make(&calls, count);
}

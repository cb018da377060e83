/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work by threads: each is called once, and no more than the limit at a time. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "common/parallel.h"
#include "common/mem.h"
#include "tests/unit/tap.h"

enum { COUNT = 100, PATIENCE_S = 10 };

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t caller;
	unsigned int wanted, now, most, made[COUNT];
	bool by_others;
} calls = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

/* Waits until as many as wanted are under way, once. */
static void call(void *data, size_t i)
{
	struct timespec until;

	(void)data;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	pthread_mutex_lock(&calls.lock);
	calls.made[i]++;
	calls.now++;
	if (calls.now > calls.most)
		calls.most = calls.now;
	calls.by_others = calls.by_others || !pthread_equal(calls.caller, pthread_self());
	pthread_cond_broadcast(&calls.changed);
	while (calls.most < calls.wanted &&
	       pthread_cond_timedwait(&calls.changed, &calls.lock, &until) == 0)
		;
	calls.now--;
	pthread_mutex_unlock(&calls.lock);
}

static void limit_test(unsigned int limit, size_t count, unsigned int expected)
{
	size_t once = 0, others = 0;

	calls.caller = pthread_self();
	calls.wanted = expected;
	calls.most = 0;
	calls.by_others = false;
	for (size_t i = 0; i < COUNT; i++)
		calls.made[i] = 0;
	parallel(limit, count, call, NULL);
	for (size_t i = 0; i < COUNT; i++) {
		once += i < count && calls.made[i] == 1;
		others += i >= count && calls.made[i] > 0;
	}
	tap_ok(once == count && !others, "%zu calls, each once", count);
	tap_number(calls.most, expected, "of which %u at a time", expected);
	tap_ok(calls.by_others == (expected > 1), "by threads only if that helps");
}

int main(void)
{
	limit_test(4, COUNT, 4);
	limit_test(20, COUNT, 20);
	limit_test(4, 3, 3);
	limit_test(1, 10, 1);
	limit_test(4, 1, 1);
	limit_test(4, 0, 0);
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SIGINT, SIGTERM and SIGHUP: they end the program immediately, or after it has rolled
 * back what it began. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/clock.h"
#include "common/interrupt.h"
#include "common/mem.h"
#include "common/shown_names.h"

enum { GROUPS_MAX = 512, ASK_MS = 100 };

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

/* Read and written by the signal handler. */
static struct {
	volatile sig_atomic_t noted; /* the signal's number */
	volatile sig_atomic_t hup_ignored;
	volatile sig_atomic_t
		is_announced; /* the user knows that another signal ends it */
	_Atomic uint64_t noted_ms;
	atomic_uint held;
	atomic_int fd;
	_Atomic pid_t groups[GROUPS_MAX]; /* 0: free */
} signals = {.fd = -1};

struct item {
	const char *what;
	struct interrupt_place *place;
};

/* Protected by the lock. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned int users; /* of the handler */
	interrupt_printer *print;
	void *data;
	ARRAY(struct item) items; /* work to be finished or rolled back */
	uint64_t idle_since_ms;	  /* since when there are none */
	unsigned int limit_ms;
	pthread_t watcher;
	bool has_watcher, ending;
} work = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Safe in a signal handler. */
static _Noreturn void die(int number)
{
	sigset_t one;

	for (size_t i = 0; i < GROUPS_MAX; i++) {
		pid_t group = atomic_load(&signals.groups[i]);

		if (!group)
			continue;
		kill(-group, SIGKILL);
		/* The leader may have changed its group. */
		kill(group, SIGKILL);
	}
	signal(number, SIG_DFL);
	sigemptyset(&one);
	sigaddset(&one, number);
	pthread_sigmask(SIG_UNBLOCK, &one, NULL);
	raise(number);
	/* Process 1 of a container does not die by the default action. */
	_exit(128 + number);
}

static void signal_take(int number)
{
	const uint64_t one = 1;
	int saved = errno;

	if (!atomic_load(&signals.held))
		die(number);
	if (signals.noted &&
	    (signals.is_announced ||
	     clock_ms() - atomic_load(&signals.noted_ms) >= INTERRUPT_TWICE_MS))
		die(number);
	if (!signals.noted) {
		atomic_store(&signals.noted_ms, clock_ms());
		signals.noted = number;
		(void)!write(atomic_load(&signals.fd), &one, sizeof(one));
	}
	errno = saved;
}

static void handler_set(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};

	/* One at a time, else two signals could both be handled as the first one.
	 */
	for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
		sigaddset(&action.sa_mask, numbers[i]);
	for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
		if (numbers[i] != SIGHUP || !signals.hup_ignored)
			sigaction(numbers[i], &action, NULL);
}

/* The default action is used where it suffices, since it also ends a program that hangs
 * in the kernel. */
static void handler_use(void)
{
	pthread_mutex_lock(&work.lock);
	if (!work.users++)
		handler_set(signal_take);
	pthread_mutex_unlock(&work.lock);
}

static void handler_leave(void)
{
	pthread_mutex_lock(&work.lock);
	if (!--work.users)
		handler_set(SIG_DFL);
	pthread_mutex_unlock(&work.lock);
}

void interrupt_begin(interrupt_printer *print, void *data)
{
	struct sigaction hup;
	sigset_t all;

	interrupt_print_set(print, data);
	sigaction(SIGHUP, NULL, &hup);
	signals.hup_ignored = hup.sa_handler == SIG_IGN;
	atomic_store(&signals.fd, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	handler_set(SIG_DFL);
	sigemptyset(&all);
	for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
		sigaddset(&all, numbers[i]);
	pthread_sigmask(SIG_UNBLOCK, &all, NULL);
	/* Process 1 of a container has no default action. */
	if (getpid() == 1)
		handler_use();
}

void interrupt_print_set(interrupt_printer *print, void *data)
{
	pthread_mutex_lock(&work.lock);
	work.print = print;
	work.data = data;
	pthread_mutex_unlock(&work.lock);
}

bool interrupt_came(void)
{
	return signals.noted != 0;
}

const volatile sig_atomic_t *interrupt_flag(void)
{
	return &signals.noted;
}

int interrupt_fd(void)
{
	return atomic_load(&signals.fd);
}

void interrupt_hold(void)
{
	handler_use();
	atomic_fetch_add(&signals.held, 1);
}

void interrupt_let_go(void)
{
	if (atomic_fetch_sub(&signals.held, 1) == 1 && signals.noted)
		die(signals.noted);
	handler_leave();
}

void interrupt_group_add(pid_t group)
{
	handler_use();
	for (size_t i = 0; i < GROUPS_MAX; i++) {
		pid_t none = 0;

		if (atomic_compare_exchange_strong(&signals.groups[i], &none, group))
			return;
	}
}

void interrupt_group_remove(pid_t group)
{
	for (size_t i = 0; i < GROUPS_MAX; i++) {
		pid_t own = group;

		if (atomic_compare_exchange_strong(&signals.groups[i], &own, 0))
			break;
	}
	handler_leave();
}

void interrupt_undo_begin(const char *what, struct interrupt_place *place)
{
	if (interrupt_came())
		return;
	pthread_mutex_lock(&work.lock);
	*array_add(&work.items) = (struct item){.what = what, .place = place};
	if (work.has_watcher)
		pthread_cond_broadcast(&work.changed);
	pthread_mutex_unlock(&work.lock);
}

void interrupt_undo_end(const char *what)
{
	pthread_mutex_lock(&work.lock);
	for (size_t i = 0; i < work.items.count; i++) {
		if (work.items.items[i].what != what)
			continue;
		work.items.items[i] = work.items.items[--work.items.count];
		break;
	}
	work.idle_since_ms = clock_ms();
	if (work.has_watcher)
		pthread_cond_broadcast(&work.changed);
	pthread_mutex_unlock(&work.lock);
}

/* To be called with the lock held. */
static void names_add(struct buf *text)
{
	CLEANUP(shown_names_free) struct shown_names names = {0};

	array_foreach(item, &work.items)
		shown_names_add(&names, item->what);
	buf_add_string(text, shown_names_text(&names));
}

/* Whether all that is left is at places that have not answered since the signal, which
 * are asked. To be called with the lock held. */
static bool is_silent(uint64_t noted_ms)
{
	bool is_answered = !work.items.count;

	array_foreach(item, &work.items) {
		if (item->place && atomic_load(&item->place->answered_ms) < noted_ms)
			item->place->ask(item->place);
		else
			is_answered = true;
	}
	return !is_answered && clock_ms() >= noted_ms + INTERRUPT_SILENT_MS;
}

static void silence_print(void)
{
	CLEANUP(buf_free) struct buf text = {0};

	buf_format(&text, "interrupted: %s does not answer; left to the next run: ",
		   work.items.items[0].place->name);
	names_add(&text);
	work.print(work.data, buf_text(&text));
}

static void begin_print(void)
{
	CLEANUP(buf_free) struct buf text = {0};

	buf_add_string(&text, "interrupted: rolls back or finishes ");
	names_add(&text);
	buf_format(&text, ", and ends within %u s; another signal ends it immediately",
		   work.limit_ms / 1000);
	signals.is_announced = 1;
	work.print(work.data, buf_text(&text));
}

static void end_print(void)
{
	CLEANUP(buf_free) struct buf text = {0};

	buf_format(&text, "interrupted: not finished after %u s, left to the next run: ",
		   work.limit_ms / 1000);
	names_add(&text);
	work.print(work.data, buf_text(&text));
}

/* Waits for a change. */
static void change_wait(uint64_t until_ms)
{
	const struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
				       .tv_nsec = (long)(until_ms % 1000) * 1000000L};

	pthread_cond_timedwait(&work.changed, &work.lock, &until);
}

/* After a signal: waits for the program to exit, and ends it at the deadline. */
static void end_see_to(void)
{
	uint64_t noted_ms = atomic_load(&signals.noted_ms);
	bool is_printed = false, in_time = true, silent = false;

	pthread_mutex_lock(&work.lock);
	while (!work.ending && in_time && !silent) {
		uint64_t idle_ms = work.idle_since_ms > noted_ms ? work.idle_since_ms
								 : noted_ms;
		uint64_t until_ms = work.items.count ? noted_ms + work.limit_ms
						     : idle_ms + INTERRUPT_GRACE_MS;

		if (work.items.count && !is_printed)
			begin_print();
		is_printed |= work.items.count > 0;
		change_wait(until_ms < clock_ms() + ASK_MS ? until_ms
							   : clock_ms() + ASK_MS);
		in_time = clock_ms() < until_ms;
		silent = is_silent(noted_ms);
	}
	if (!work.ending && silent)
		silence_print();
	else if (!work.ending && work.items.count)
		end_print();
	pthread_mutex_unlock(&work.lock);
	if (!in_time || silent)
		die(signals.noted);
}

static void *watcher_main(void *data)
{
	struct pollfd wait = {.fd = interrupt_fd(), .events = POLLIN};

	(void)data;
	while (poll(&wait, 1, -1) < 0 && errno == EINTR)
		;
	if (interrupt_came())
		end_see_to();
	return NULL;
}

int interrupt_defer(unsigned int limit_ms, struct error *error)
{
	pthread_condattr_t monotonic;
	int failure;

	if (interrupt_fd() < 0)
		return error_set(error, "no descriptor for signals");
	signal(SIGPIPE, SIG_IGN);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&work.changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	interrupt_hold();
	pthread_mutex_lock(&work.lock);
	work.limit_ms = limit_ms;
	failure = pthread_create(&work.watcher, NULL, watcher_main, NULL);
	work.has_watcher = failure == 0;
	pthread_mutex_unlock(&work.lock);
	if (!failure)
		return 0;
	interrupt_let_go();
	errno = failure;
	return error_errno(error, "a thread for signals");
}

static void watcher_end(void)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&work.lock);
	work.ending = true;
	pthread_cond_broadcast(&work.changed);
	pthread_mutex_unlock(&work.lock);
	(void)!write(interrupt_fd(), &one, sizeof(one));
	pthread_join(work.watcher, NULL);
	work.has_watcher = false;
	pthread_cond_destroy(&work.changed);
}

void interrupt_end(void)
{
	if (work.has_watcher)
		watcher_end();
	free_ptr(&work.items.items);
	if (signals.noted)
		die(signals.noted);
}

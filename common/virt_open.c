/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that notice when the hypervisor stops answering. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/mem.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "common/virt_socket.h"

/* A thread opens the connection, since libvirt has no limit of time for that. Whoever is
 * last frees it: the thread when nobody waits any more. */
struct opening {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	char *uri;
	bool read_only;
	bool is_done, is_abandoned;
	virConnectPtr connection;
	virErrorPtr failure; /* libvirt's errors belong to a thread */
};

/* A hypervisor that did not answer. */
struct silence {
	char *uri;
	unsigned int seconds; /* for which it did not */
	uint64_t until_ms;    /* clock_ms() at which it is tried again */
};

static ARRAY(struct silence) silences;
static pthread_mutex_t silences_lock = PTHREAD_MUTEX_INITIALIZER;
static bool loop_is_taken;
static pthread_once_t loop_once = PTHREAD_ONCE_INIT;

static void error_ignore(void *data, virErrorPtr error)
{
	(void)data;
	(void)error;
}

int virt_loop_take(struct error *error)
{
	loop_is_taken = true;
	return virEventRegisterDefaultImpl() < 0 ? virt_error(error, "events") : 0;
}

static void *loop_main(void *data)
{
	(void)data;
	while (virEventRunDefaultImpl() == 0)
		;
	return NULL;
}

/* Without it, connections work, but have no limit of time. */
static void loop_start(void)
{
	pthread_t thread;

	virSetErrorFunc(NULL, error_ignore);
	if (!loop_is_taken && virEventRegisterDefaultImpl() == 0 &&
	    pthread_create(&thread, NULL, loop_main, NULL) == 0)
		pthread_detach(thread);
}

static void opening_free(struct opening *opening)
{
	pthread_mutex_destroy(&opening->lock);
	pthread_cond_destroy(&opening->changed);
	virFreeError(opening->failure);
	free(opening->uri);
	free(opening);
}

static struct opening *opening_new(const char *uri, bool read_only)
{
	struct opening *opening = mem_zero(1, sizeof(*opening));
	pthread_condattr_t monotonic;

	opening->uri = uri ? mem_string(uri) : NULL;
	opening->read_only = read_only;
	pthread_mutex_init(&opening->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&opening->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return opening;
}

/* Whether nobody waits for it any more. */
static bool opening_do(struct opening *opening)
{
	virConnectPtr connection;
	bool is_abandoned;

	virt_sockets_begin();
	connection = opening->read_only ? virConnectOpenReadOnly(opening->uri)
					: virConnectOpen(opening->uri);
	if (connection)
		virt_sockets_keep(connection);
	pthread_mutex_lock(&opening->lock);
	opening->connection = connection;
	opening->failure = connection ? NULL : virSaveLastError();
	opening->is_done = true;
	is_abandoned = opening->is_abandoned;
	pthread_cond_signal(&opening->changed);
	pthread_mutex_unlock(&opening->lock);
	return is_abandoned;
}

static void *opening_main(void *data)
{
	struct opening *opening = data;

	if (opening_do(opening)) {
		virConnectClose_ptr(&opening->connection);
		opening_free(opening);
	}
	return NULL;
}

bool virt_may_prompt(const char *uri)
{
	const char *transport = uri ? strchr(uri, '+') : NULL;
	const char *end = uri ? strchr(uri, ':') : NULL;
	int tty;

	if (!transport || !end || transport > end || strstr(end, "no_tty=1") ||
	    !strncmp(transport, "+unix:", 6) || !strncmp(transport, "+tcp:", 5) ||
	    !strncmp(transport, "+tls:", 5))
		return false;
	tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty < 0)
		return false;
	close(tty);
	return true;
}

/* Whether it is done within that time. */
static bool opening_wait(struct opening *opening, unsigned int limit_s)
{
	struct timespec until;
	bool is_done;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += limit_s;
	pthread_mutex_lock(&opening->lock);
	while (!opening->is_done &&
	       pthread_cond_timedwait(&opening->changed, &opening->lock, &until) == 0)
		;
	is_done = opening->is_done;
	opening->is_abandoned = !is_done;
	pthread_mutex_unlock(&opening->lock);
	return is_done;
}

/* How long the URI has not answered, which was less than VIRT_SILENT_S ago; 0: nothing is
 * known of that. */
static unsigned int silence_find(const char *uri)
{
	unsigned int seconds = 0;

	pthread_mutex_lock(&silences_lock);
	array_foreach(silence, &silences) {
		if (!strcmp(silence->uri, uri ? uri : "") &&
		    clock_ms() < silence->until_ms)
			seconds = silence->seconds;
	}
	pthread_mutex_unlock(&silences_lock);
	return seconds;
}

/* One entry for each URI, as a program may try again and again. */
static void silence_add(const char *uri, unsigned int seconds)
{
	struct silence *entry = NULL;

	pthread_mutex_lock(&silences_lock);
	array_foreach(silence, &silences) {
		if (!strcmp(silence->uri, uri ? uri : ""))
			entry = silence;
	}
	if (!entry) {
		entry = array_add(&silences);
		entry->uri = mem_string(uri ? uri : "");
	}
	entry->seconds = seconds;
	entry->until_ms = clock_ms() + VIRT_SILENT_S * 1000;
	pthread_mutex_unlock(&silences_lock);
}

static virConnectPtr open_within(const char *uri, bool read_only, unsigned int limit_s,
				 struct error *error)
{
	const char *name = uri ? uri : "libvirt's default hypervisor";
	unsigned int silent_s = silence_find(uri);
	struct opening *opening;
	virConnectPtr connection;
	pthread_t thread;

	if (silent_s) {
		virt_silent_error(error, name, silent_s);
		return NULL;
	}
	opening = opening_new(uri, read_only);
	if (pthread_create(&thread, NULL, opening_main, opening) != 0)
		opening_do(opening);
	else
		pthread_detach(thread);
	if (!opening_wait(opening, limit_s)) {
		silence_add(uri, limit_s);
		virt_silent_error(error, name, limit_s);
		return NULL;
	}
	connection = opening->connection;
	if (!connection)
		virt_open_error(error, name, opening->failure);
	opening_free(opening);
	return connection;
}

void virt_keep_alive(virConnectPtr connection)
{
	virConnectSetKeepAlive(connection, VIRT_ASK_S, VIRT_SILENT_MAX);
}

virConnectPtr virt_open_bare(const char *uri, bool read_only, struct error *error)
{
	pthread_once(&loop_once, loop_start);
	return open_within(uri, read_only,
			   virt_may_prompt(uri) ? VIRT_PROMPT_S : VIRT_SILENT_S, error);
}

virConnectPtr virt_open(const char *uri, bool read_only, struct error *error)
{
	virConnectPtr connection = virt_open_bare(uri, read_only, error);

	if (connection)
		virt_keep_alive(connection);
	return connection;
}

virConnectPtr virt_open_again(const char *uri, struct error *error)
{
	virConnectPtr connection;

	pthread_once(&loop_once, loop_start);
	connection = open_within(uri, false, VIRT_AGAIN_S, error);
	if (connection)
		virt_keep_alive(connection);
	return connection;
}

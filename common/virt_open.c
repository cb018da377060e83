/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that notice when the hypervisor stops answering. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/back_off.h"
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

/* How a hypervisor has not answered lately; all 0 if it has. */
struct silence {
	char *uri;
	unsigned int seconds;	  /* for which it did not */
	unsigned int outstanding; /* attempts that were given up and have not ended */
	uint64_t until_ms;	  /* clock_ms() at which it is tried again */
};

static ARRAY(struct silence) silences; /* one for each URI */
static pthread_mutex_t silences_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t loop_once = PTHREAD_ONCE_INIT;

static void error_ignore(void *data, virErrorPtr error)
{
	(void)data;
	(void)error;
}

/* It writes to connections, which may have ended. */
static void *loop_main(void *data)
{
	sigset_t pipe_signal;

	(void)data;
	sigemptyset(&pipe_signal);
	sigaddset(&pipe_signal, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe_signal, NULL);
	while (virEventRunDefaultImpl() == 0)
		;
	return NULL;
}

/* Without it, connections work, but have no limit of time. */
static void loop_start(void)
{
	pthread_t thread;

	virSetErrorFunc(NULL, error_ignore);
	if (virEventRegisterDefaultImpl() == 0 &&
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

/* To be called with the lock held. */
static struct silence *silence_of(const char *uri)
{
	struct silence *fresh;

	array_foreach(silence, &silences) {
		if (!strcmp(silence->uri, uri ? uri : ""))
			return silence;
	}
	fresh = array_add(&silences);
	fresh->uri = mem_string(uri ? uri : "");
	return fresh;
}

/* How long the URI has not answered, if it is not to be tried now; 0 otherwise. */
static unsigned int silence_find(const char *uri)
{
	const struct silence *silence;
	unsigned int seconds = 0;

	pthread_mutex_lock(&silences_lock);
	silence = silence_of(uri);
	if (clock_ms() < silence->until_ms)
		seconds = silence->seconds;
	pthread_mutex_unlock(&silences_lock);
	return seconds;
}

static void silence_begin(const char *uri, unsigned int seconds)
{
	struct silence *silence;

	pthread_mutex_lock(&silences_lock);
	silence = silence_of(uri);
	silence->seconds = seconds;
	silence->outstanding++;
	silence->until_ms = clock_ms() + (silence->outstanding < VIRT_OUTSTANDING_MAX
						  ? VIRT_SILENT_S
						  : VIRT_RARELY_S) *
						 1000;
	pthread_mutex_unlock(&silences_lock);
}

/* An attempt that nobody waited for has ended. */
static void silence_end(const char *uri)
{
	struct silence *silence;

	pthread_mutex_lock(&silences_lock);
	silence = silence_of(uri);
	silence->outstanding--;
	/* Something has changed: it answers, or nobody listens there. */
	silence->until_ms = 0;
	pthread_mutex_unlock(&silences_lock);
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
		silence_end(opening->uri);
		opening_free(opening);
	}
	return NULL;
}

static bool has_transport(const char *uri, const char *transport)
{
	size_t scheme = strcspn(uri, ":"), length = strlen(transport);
	const char *plus = memchr(uri, '+', scheme);

	return plus && (size_t)(uri + scheme - plus) == length + 1 &&
	       !strncasecmp(plus + 1, transport, length);
}

bool virt_open_is_ssh(const char *uri)
{
	return has_transport(uri, "ssh") || has_transport(uri, "libssh") ||
	       has_transport(uri, "libssh2");
}

/* libvirt's test driver has its domains per connection, and a command of the user may
 * prompt for anything. */
char *virt_open_quiet_uri(const char *uri, const char *type)
{
	if (!uri || (type && !strcasecmp(type, "test")) || has_transport(uri, "ext"))
		return NULL;
	if (has_transport(uri, "ssh"))
		return mem_format("%s%cno_tty=1", uri, strchr(uri, '?') ? '&' : '?');
	return mem_string(uri);
}

bool virt_may_prompt(const char *uri)
{
	int tty;

	if (!uri || !memchr(uri, '+', strcspn(uri, ":")) || strstr(uri, "no_tty=1") ||
	    has_transport(uri, "unix") || has_transport(uri, "tcp") ||
	    has_transport(uri, "tls"))
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
	if (!is_done)
		silence_begin(opening->uri, limit_s);
	pthread_mutex_unlock(&opening->lock);
	return is_done;
}

/* Whether an SSH server has too many logins at the moment (MaxStartups, or from OpenSSH
 * 9.8 on PerSourcePenalties, in sshd_config(5)): it closes the connection before it says
 * what it is. */
static bool is_refused(const char *uri, const virError *failure)
{
	static const char *const texts[] = {
		"_exchange_identification:", "Connection reset by",
		"Not allowed at this time"};

	if (!uri || !virt_open_is_ssh(uri) || !failure || !failure->message)
		return false;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
		if (strstr(failure->message, texts[i]))
			return true;
	return false;
}

/* NULL if it was not done within that time. */
static struct opening *opening_try(const char *uri, bool read_only, unsigned int limit_s)
{
	struct opening *opening = opening_new(uri, read_only);
	pthread_t thread;

	if (pthread_create(&thread, NULL, opening_main, opening) != 0)
		opening_do(opening);
	else
		pthread_detach(thread);
	return opening_wait(opening, limit_s) ? opening : NULL;
}

static virConnectPtr open_within(const char *uri, bool read_only, unsigned int limit_s,
				 struct error *error)
{
	const char *name = uri ? uri : "libvirt's default hypervisor";
	unsigned int silent_s = silence_find(uri);
	struct back_off back_off = {0};
	struct opening *opening = NULL;
	virConnectPtr connection;

	if (silent_s) {
		virt_silent_error(error, name, silent_s);
		return NULL;
	}
	do {
		if (opening)
			opening_free(opening);
		opening = opening_try(uri, read_only, limit_s);
	} while (opening && is_refused(uri, opening->failure) &&
		 back_off.waited_ms < limit_s * 1000 && back_off_wait(&back_off));
	if (!opening) {
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

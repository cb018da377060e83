/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls that take long, on connections of their own. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host_calls.h"

/* The host's own connection has room left for short calls and streams. */
enum { OWN_CALLS_MAX = 1, LINE_CALLS_MAX = 4 };

static bool is_transport(const char *scheme, size_t length, const char *transport)
{
	const char *plus = memchr(scheme, '+', length);
	size_t after = plus ? length - (size_t)(plus + 1 - scheme) : 0;

	return plus && after == strlen(transport) && !memcmp(plus + 1, transport, after);
}

/*
 * The URI of a connection like one that is open, for which nobody is asked anything: ssh
 * would ask for a password at the terminal. NULL when there is no such URI: a command of
 * the user's own may ask as well. libvirt's test driver keeps machines by connection.
 */
static char *line_uri(virConnectPtr connection)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(connection);
	const char *type = virConnectGetType(connection);
	size_t scheme = uri ? strcspn(uri, ":") : 0;

	if (!uri || !type || !strcasecmp(type, "test") ||
	    is_transport(uri, scheme, "ext"))
		return NULL;
	if (is_transport(uri, scheme, "ssh"))
		return mem_format("%s%cno_tty=1", uri, strchr(uri, '?') ? '&' : '?');
	return TAKE(uri);
}

static struct host_line *line_open(struct host *host)
{
	CLEANUP(free_ptr) char *uri = NULL;
	virConnectPtr connection = NULL;
	struct host_line *line;

	if (host->lines_refused)
		return NULL;
	uri = line_uri(host->connection);
	if (uri)
		connection = virt_open(uri, false, NULL);
	if (!connection) {
		host->lines_refused = true;
		return NULL;
	}
	line = array_add(&host->lines);
	line->connection = connection;
	return line;
}

static struct host_line *line_with_room(struct host *host)
{
	array_foreach(line, &host->lines) {
		if (line->calls < (line->connection == host->connection ? OWN_CALLS_MAX
									: LINE_CALLS_MAX))
			return line;
	}
	return NULL;
}

virConnectPtr host_call_begin(struct host *host)
{
	virConnectPtr connection;
	struct host_line *line;

	pthread_mutex_lock(&host->lines_lock);
	if (!host->lines.count)
		array_add(&host->lines)->connection = host->connection;
	line = line_with_room(host);
	if (!line)
		line = line_open(host);
	if (!line)
		line = &host->lines.items[0];
	line->calls++;
	connection = line->connection;
	pthread_mutex_unlock(&host->lines_lock);
	return connection;
}

void host_call_end(struct host *host, virConnectPtr connection)
{
	pthread_mutex_lock(&host->lines_lock);
	array_foreach(line, &host->lines) {
		if (line->connection == connection)
			line->calls--;
	}
	pthread_mutex_unlock(&host->lines_lock);
}

void host_calls_close(struct host *host)
{
	array_foreach(line, &host->lines) {
		if (line->connection != host->connection)
			virConnectClose(line->connection);
	}
	free(host->lines.items);
}

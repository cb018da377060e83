/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection for each thread that works on a hypervisor. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host_line.h"

static bool has_transport(const char *uri, const char *transport)
{
	size_t scheme = strcspn(uri, ":"), length = strlen(transport);
	const char *plus = memchr(uri, '+', scheme);

	return plus && (size_t)(uri + scheme - plus) == length + 1 &&
	       !memcmp(plus + 1, transport, length);
}

/* libvirt's test driver keeps its machines by connection, and a command of the user's own
 * may ask whatever it likes. */
char *host_line_uri(const char *uri, const char *type)
{
	if (!uri || !type || !strcasecmp(type, "test") || has_transport(uri, "ext"))
		return NULL;
	if (has_transport(uri, "ssh"))
		return mem_format("%s%cno_tty=1", uri, strchr(uri, '?') ? '&' : '?');
	return mem_string(uri);
}

static void line_close(struct host_line *line)
{
	virNetworkFree_ptr(&line->network);
	virStoragePoolFree_ptr(&line->root_pool);
	virStoragePoolFree_ptr(&line->images_pool);
	virConnectClose_ptr(&line->connection);
	free(line);
}

/* Whether all that the host has can be had by the line as well. */
static bool line_fill(struct host_line *line, const struct host *host)
{
	virConnectPtr connection = line->connection;

	if (host->images_pool.pool)
		line->images_pool = virStoragePoolLookupByName(connection,
							       host->images_pool.name);
	if (host->root_pool.pool)
		line->root_pool = virStoragePoolLookupByName(connection,
							     host->root_pool.name);
	if (host->network_handle)
		line->network = virNetworkLookupByName(connection, host->config->network);
	return !line->images_pool == !host->images_pool.pool &&
	       !line->root_pool == !host->root_pool.pool &&
	       !line->network == !host->network_handle;
}

static struct host_line *line_open(const struct host *host)
{
	CLEANUP(free_ptr) char *own = virConnectGetURI(host->connection);
	CLEANUP(free_ptr)
	char *uri = host_line_uri(own, virConnectGetType(host->connection));
	virConnectPtr connection = uri ? virt_open(uri, false, NULL) : NULL;
	struct host_line *line;

	if (!connection)
		return NULL;
	line = mem_zero(1, sizeof(*line));
	line->connection = connection;
	if (line_fill(line, host))
		return line;
	line_close(line);
	return NULL;
}

static struct host_line *line_add(struct host *host, struct host_line *line)
{
	line->thread = pthread_self();
	*array_add(&host->lines) = line;
	return line;
}

/* The first line is made of what the host has itself. */
static struct host_line *first_make(struct host *host)
{
	struct host_line *line = mem_zero(1, sizeof(*line));

	line->connection = host->connection;
	line->images_pool = host->images_pool.pool;
	line->root_pool = host->root_pool.pool;
	line->network = host->network_handle;
	return line_add(host, line);
}

/* NULL when the thread is to open one. */
static struct host_line *line_find(struct host *host)
{
	if (!host->lines.count)
		return first_make(host);
	array_foreach(line, &host->lines) {
		if (pthread_equal((*line)->thread, pthread_self()))
			return *line;
	}
	return host->lines_refused ? host->lines.items[0] : NULL;
}

const struct host_line *host_line(struct host *host)
{
	struct host_line *line;

	pthread_mutex_lock(&host->lines_lock);
	line = line_find(host);
	pthread_mutex_unlock(&host->lines_lock);
	if (line)
		return line;
	/* Others go on meanwhile. */
	line = line_open(host);
	pthread_mutex_lock(&host->lines_lock);
	host->lines_refused |= !line;
	line = line ? line_add(host, line) : host->lines.items[0];
	pthread_mutex_unlock(&host->lines_lock);
	return line;
}

void host_lines_close(struct host *host)
{
	if (host->lines.count)
		free(host->lines.items[0]);
	for (size_t i = 1; i < host->lines.count; i++)
		line_close(host->lines.items[i]);
	free(host->lines.items);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection for each thread that works on a hypervisor. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"

static bool has_transport(const char *uri, const char *transport)
{
	size_t scheme = strcspn(uri, ":"), length = strlen(transport);
	const char *plus = memchr(uri, '+', scheme);

	return plus && (size_t)(uri + scheme - plus) == length + 1 &&
	       !strncasecmp(plus + 1, transport, length);
}

/* libvirt's test driver keeps its machines by connection, and a command of the user's own
 * may ask whatever it likes. */
char *host_connection_uri(const char *uri, const char *type)
{
	if (!uri || !type || !strcasecmp(type, "test") || has_transport(uri, "ext"))
		return NULL;
	if (has_transport(uri, "ssh"))
		return mem_format("%s%cno_tty=1", uri, strchr(uri, '?') ? '&' : '?');
	return mem_string(uri);
}

static void line_close(struct host_connection *line)
{
	virNetworkFree_ptr(&line->network);
	virStoragePoolFree_ptr(&line->root_pool);
	virStoragePoolFree_ptr(&line->images_pool);
	virConnectClose_ptr(&line->connection);
	free(line);
}

/* Whether all that the host has can be had by the line as well. */
static bool line_fill(struct host_connection *line, const struct host *host)
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

static struct host_connection *line_open(const struct host *host)
{
	virConnectPtr connection = virt_open(host->line_uri, false, NULL);
	struct host_connection *line;

	if (!connection)
		return NULL;
	line = mem_zero(1, sizeof(*line));
	line->connection = connection;
	if (line_fill(line, host))
		return line;
	line_close(line);
	return NULL;
}

/* The first line is made of what the host has itself. */
static void first_make(struct host *host)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(host->connection);
	struct host_connection *line = mem_zero(1, sizeof(*line));

	line->connection = host->connection;
	line->images_pool = host->images_pool.pool;
	line->root_pool = host->root_pool.pool;
	line->network = host->network_handle;
	*array_add(&host->lines) = line;
	host->line_uri = host_connection_uri(uri, virConnectGetType(host->connection));
}

static bool is_mine(const struct host_connection *line)
{
	return line->is_taken && pthread_equal(line->thread, pthread_self());
}

static struct host_connection *line_take(struct host_connection *line)
{
	line->is_taken = true;
	line->thread = pthread_self();
	return line;
}

/* Of those that are open; NULL when there is none for this thread. */
static struct host_connection *line_find(struct host *host)
{
	struct host_connection *line = NULL;

	pthread_mutex_lock(&host->lines_lock);
	if (!host->lines.count)
		first_make(host);
	array_foreach(mine, &host->lines) {
		if (is_mine(*mine))
			line = *mine;
	}
	array_foreach(free_line, &host->lines) {
		if (!line && !(*free_line)->is_taken &&
		    virConnectIsAlive((*free_line)->connection) != 0)
			line = line_take(*free_line);
	}
	if (!line && !host->line_uri)
		line = host->lines.items[0];
	pthread_mutex_unlock(&host->lines_lock);
	return line;
}

/* One that can't be opened decides for all. */
static struct host_connection *line_add(struct host *host)
{
	struct host_connection *line = line_open(host);

	pthread_mutex_lock(&host->lines_lock);
	if (line) {
		*array_add(&host->lines) = line_take(line);
	} else {
		free(TAKE(host->line_uri));
		line = host->lines.items[0];
	}
	pthread_mutex_unlock(&host->lines_lock);
	return line;
}

const struct host_connection *host_connection(struct host *host)
{
	struct host_connection *line = line_find(host);

	if (line)
		return line;
	/* One at a time: a server may limit logins, and others may have been given back.
	 */
	pthread_mutex_lock(&host->opening_lock);
	line = line_find(host);
	if (!line)
		line = line_add(host);
	pthread_mutex_unlock(&host->opening_lock);
	return line;
}

void host_connection_release(struct host *host)
{
	pthread_mutex_lock(&host->lines_lock);
	array_foreach(line, &host->lines) {
		if (is_mine(*line))
			(*line)->is_taken = false;
	}
	pthread_mutex_unlock(&host->lines_lock);
}

void host_connections_close(struct host *host)
{
	if (host->lines.count)
		free(host->lines.items[0]);
	for (size_t i = 1; i < host->lines.count; i++)
		line_close(host->lines.items[i]);
	free(host->lines.items);
	free(host->line_uri);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection for each thread that works on a hypervisor. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "provision/host/host_connection.h"

static void connection_close(struct host_connection *link)
{
	virNetworkFree_ptr(&link->network);
	virStoragePoolFree_ptr(&link->root_pool);
	virStoragePoolFree_ptr(&link->images_pool);
	virConnectClose_ptr(&link->connection);
	free(link);
}

/* Whether the host's pools and network can be opened over it as well. */
static bool connection_fill(struct host_connection *link, const struct host *host)
{
	virConnectPtr connection = link->connection;

	if (host->images_pool)
		link->images_pool = virStoragePoolLookupByName(connection,
							       host->config->image_pool);
	if (host->root_pool)
		link->root_pool = virStoragePoolLookupByName(connection,
							     host->config->root_pool);
	if (host->network)
		link->network = virNetworkLookupByName(connection, host->config->network);
	return !link->images_pool == !host->images_pool &&
	       !link->root_pool == !host->root_pool && !link->network == !host->network;
}

static bool has_lost_one(struct host *host)
{
	bool found = false;

	pthread_mutex_lock(&host->connections_lock);
	array_foreach(link, &host->connections)
		found = found || virConnectIsAlive((*link)->connection) == 0;
	pthread_mutex_unlock(&host->connections_lock);
	return found;
}

static struct host_connection *connection_open(struct host *host)
{
	virConnectPtr connection = has_lost_one(host)
					   ? virt_open_again(host->next_uri, NULL)
					   : virt_open(host->next_uri, false, NULL);
	struct host_connection *link;

	if (!connection)
		return NULL;
	link = mem_zero(1, sizeof(*link));
	link->connection = connection;
	if (connection_fill(link, host))
		return link;
	connection_close(link);
	return NULL;
}

/* The first connection is the host's own. */
static void first_add(struct host *host)
{
	struct host_connection *link = mem_zero(1, sizeof(*link));

	link->connection = host->connection;
	link->images_pool = host->images_pool;
	link->root_pool = host->root_pool;
	link->network = host->network;
	*array_add(&host->connections) = link;
	host->next_uri = virt_open_quiet_uri(host->facts.uri,
					     virConnectGetType(host->connection));
}

static bool is_mine(const struct host_connection *link)
{
	return link->is_taken && pthread_equal(link->thread, pthread_self());
}

static struct host_connection *connection_take(struct host_connection *link)
{
	link->is_taken = true;
	link->thread = pthread_self();
	return link;
}

/* An open connection for this thread; NULL if all are taken. */
static struct host_connection *connection_find(struct host *host)
{
	struct host_connection *link = NULL;

	pthread_mutex_lock(&host->connections_lock);
	if (!host->connections.count)
		first_add(host);
	array_foreach(mine, &host->connections) {
		if (is_mine(*mine))
			link = *mine;
	}
	array_foreach(unused, &host->connections) {
		if (!link && !(*unused)->is_taken &&
		    virConnectIsAlive((*unused)->connection) != 0)
			link = connection_take(*unused);
	}
	if (!link && !host->next_uri)
		link = host->connections.items[0];
	pthread_mutex_unlock(&host->connections_lock);
	return link;
}

/* If one can't be opened, no further one is tried. */
static struct host_connection *connection_add(struct host *host)
{
	struct host_connection *link = connection_open(host);

	pthread_mutex_lock(&host->connections_lock);
	if (link) {
		*array_add(&host->connections) = connection_take(link);
	} else {
		free(TAKE(host->next_uri));
		link = host->connections.items[0];
	}
	pthread_mutex_unlock(&host->connections_lock);
	return link;
}

const struct host_connection *host_connection(struct host *host)
{
	struct host_connection *link = connection_find(host);

	if (link)
		return link;
	/* One at a time: a server may limit logins, and another may have been released.
	 */
	pthread_mutex_lock(&host->opening_lock);
	link = connection_find(host);
	if (!link)
		link = connection_add(host);
	pthread_mutex_unlock(&host->opening_lock);
	return link;
}

void host_connection_release(struct host *host)
{
	pthread_mutex_lock(&host->connections_lock);
	array_foreach(link, &host->connections) {
		if (is_mine(*link))
			(*link)->is_taken = false;
	}
	pthread_mutex_unlock(&host->connections_lock);
}

int host_domain_find(struct host *host, const char *uuid, virDomainPtr *domain,
		     struct error *error)
{
	*domain = virDomainLookupByUUIDString(host_connection(host)->connection, uuid);
	if (*domain || virt_error_code() == VIR_ERR_NO_DOMAIN)
		return 0;
	return virt_error(error, "can't look up the domain on %s", host->config->name);
}

virDomainPtr host_domain_open(struct host *host, const char *uuid, struct error *error)
{
	virDomainPtr domain;

	if (host_domain_find(host, uuid, &domain, error) == 0 && !domain)
		error_set(error, "the domain no longer exists on %s", host->config->name);
	return domain;
}

void host_connections_close(struct host *host)
{
	if (host->connections.count)
		free(host->connections.items[0]);
	for (size_t i = 1; i < host->connections.count; i++)
		connection_close(host->connections.items[i]);
	free(host->connections.items);
	free(host->next_uri);
}

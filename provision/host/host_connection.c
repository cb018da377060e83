/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connection for each thread that works on a hypervisor. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "provision/host/host_connection.h"

/* libvirt 10.0, see the header. */
enum { SHARED_FROM = 10 * 1000 * 1000 };

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

/* One more has the batch's lock. */
static size_t connections_max(const char *uri)
{
	unsigned long version = 0;

	if (!uri || !virt_open_is_ssh(uri))
		return 0;
	return virGetVersion(&version, NULL, NULL) == 0 && version >= SHARED_FROM
		       ? 1
		       : VIRT_SSH_MAX - 1;
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
	host->connections_max = connections_max(host->next_uri);
}

/* This thread's; NULL if it has none. To be called with the lock held. */
static struct host_connection_user *user_find(struct host *host)
{
	array_foreach(user, &host->connection_users) {
		if (pthread_equal(user->thread, pthread_self()))
			return user;
	}
	return NULL;
}

static struct host_connection *connection_take(struct host *host,
					       struct host_connection *link)
{
	*array_add(&host->connection_users) = (struct host_connection_user){
		.thread = pthread_self(), .link = link};
	link->users++;
	return link;
}

static bool is_alive(const struct host_connection *link)
{
	return virConnectIsAlive(link->connection) != 0;
}

/* The one that the fewest threads have; NULL if none is alive. */
static struct host_connection *connection_idlest(const struct host *host)
{
	struct host_connection *idlest = NULL;

	array_foreach(link, &host->connections) {
		if (is_alive(*link) && (!idlest || (*link)->users < idlest->users))
			idlest = *link;
	}
	return idlest;
}

static bool may_open(const struct host *host)
{
	size_t alive = 0;

	array_foreach(link, &host->connections)
		alive += is_alive(*link);
	return host->next_uri &&
	       (!host->connections_max || alive < host->connections_max);
}

/* To be shared; the host's own if none is alive. */
static struct host_connection *connection_any(const struct host *host)
{
	struct host_connection *link = connection_idlest(host);

	return link ? link : host->connections.items[0];
}

/* An open connection for this thread; NULL if one is to be opened. */
static struct host_connection *connection_find(struct host *host)
{
	const struct host_connection_user *mine;
	struct host_connection *link;

	pthread_mutex_lock(&host->connections_lock);
	if (!host->connections.count)
		first_add(host);
	mine = user_find(host);
	link = mine ? mine->link : connection_idlest(host);
	if (!mine && (!link || link->users))
		link = may_open(host) ? NULL : connection_any(host);
	if (!mine && link)
		connection_take(host, link);
	pthread_mutex_unlock(&host->connections_lock);
	return link;
}

/* If one can't be opened, no further one is tried. */
static struct host_connection *connection_add(struct host *host)
{
	struct host_connection *link = connection_open(host);

	pthread_mutex_lock(&host->connections_lock);
	if (link) {
		*array_add(&host->connections) = connection_take(host, link);
	} else {
		free(TAKE(host->next_uri));
		link = connection_take(host, connection_any(host));
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
	struct host_connection_user *mine;

	pthread_mutex_lock(&host->connections_lock);
	mine = user_find(host);
	if (mine) {
		mine->link->users--;
		*mine = host->connection_users.items[--host->connection_users.count];
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
	free(host->connection_users.items);
	free(host->next_uri);
}

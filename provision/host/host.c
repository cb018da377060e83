/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor of the batch in use: connections, handles and locks. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "provision/host/host.h"
#include "provision/host/host_connection.h"
#include "provision/host/host_use.h"

static int connect_to(struct host *host, struct error *error)
{
	const struct batch_hypervisor *config = host->config;

	if (config->url_distrust)
		return error_set(error,
				 "%s: not asked, since it names a program and its file "
				 "%s",
				 config->url, config->url_distrust);
	host->connection = virt_open_bare(config->url, false, error);
	if (!host->connection && error->is_denied) {
		host->connection = virt_open_bare(config->url, true, NULL);
		if (host->connection)
			host->facts.denied = mem_string(error_text(error));
	}
	if (!host->connection)
		return -1;
	host->flight = in_flight_start(host->connection);
	return 0;
}

/* Networks need rights that a user's own libvirtd does not have
 * (https://libvirt.org/drvqemu.html). */
static int session_check(const struct host *host, struct error *error)
{
	if (!virt_uri_is_session(host->facts.uri))
		return 0;
	return error_set(
		error,
		"%s: a user's own libvirt has no networks that machines can use; "
		"as root, or in the group libvirt, use qemu:///system",
		host->facts.uri);
}

static void host_leave(struct host *host, const char *reason)
{
	virConnectPtr connection = TAKE(host->connection);

	host->flight = (struct in_flight){0};
	if (connection)
		virConnectClose(connection);
	host->facts.is_reached = false;
	host->facts.unreachable = mem_string(reason);
}

int host_open(struct host *host, const struct batch_hypervisor *config)
{
	CLEANUP(error_free) struct error error = {0};

	*host = (struct host){.config = config, .facts = {.config = config}};
	pthread_mutex_init(&host->lock, NULL);
	pthread_mutex_init(&host->defining_lock, NULL);
	pthread_mutex_init(&host->connections_lock, NULL);
	pthread_mutex_init(&host->opening_lock, NULL);
	host->use = host_use_new();
	if (connect_to(host, &error) == 0) {
		host->facts.uri = virConnectGetURI(host->connection);
		host->facts.is_reached = true;
		if (session_check(host, &error) == 0)
			return 0;
	}
	host_leave(host, error_text(&error));
	return -1;
}

void host_deny(struct host *host)
{
	CLEANUP(free_ptr) char *reason = TAKE(host->facts.denied);

	host_leave(host, reason);
}

char *host_denied_text(const struct host *host)
{
	return host->facts.denied
		       ? mem_format("%s: read-only, so guest agents are not asked and "
				    "pools are not refreshed: %s",
				    host->config->name, host->facts.denied)
		       : NULL;
}

void host_free(struct host *host)
{
	if (!host)
		return;
	in_flight_end(&host->flight);
	owner_lock_release(host->owner);
	owner_lock_list_free(&host->locks);
	error_free(&host->locks_error);
	host_connections_close(host);
	virStoragePoolFree_ptr(&host->images_pool);
	virStoragePoolFree_ptr(&host->root_pool);
	virNetworkFree_ptr(&host->network);
	facts_free(&host->facts);
	free(host->handed.items);
	lease_list_free(&host->leases);
	virConnectClose_ptr(&host->connection);
	host_use_free(host->use);
	pthread_mutex_destroy(&host->opening_lock);
	pthread_mutex_destroy(&host->connections_lock);
	pthread_mutex_destroy(&host->defining_lock);
	pthread_mutex_destroy(&host->lock);
	*host = (struct host){0};
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor that leases are read from: its connection and its files. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "leases/hypervisor.h"
#include "leases/lease_dir.h"

/* Whether a URI that can't be opened may be that of this host. */
static bool uri_may_be_local(const char *uri)
{
	if (!uri)
		uri = getenv("LIBVIRT_DEFAULT_URI");
	return !uri || !*uri || virt_uri_is_local(uri);
}

int hypervisor_reconnect(struct hypervisor *hypervisor, bool read_only,
			 struct error *error)
{
	struct error denied = {0};
	virConnectPtr connection = virt_open_bare(hypervisor->uri, read_only, &denied);

	if (!connection && !read_only &&
	    (denied.is_denied || uri_may_be_local(hypervisor->uri)))
		connection = virt_open_bare(hypervisor->uri, true, error);
	else if (!connection)
		error_move(error, &denied);
	error_free(&denied);
	if (!connection)
		return -1;
	hypervisor->connection = connection;
	hypervisor->flight = in_flight_start(connection);
	hypervisor->has_limit = false;
	hypervisor->directory = virt_is_local(connection) ? LEASE_DIR_DEFAULT : NULL;
	return 0;
}

int hypervisor_open(struct hypervisor *hypervisor, bool read_only, struct error *error)
{
	if (hypervisor_reconnect(hypervisor, read_only, error) == 0)
		return 0;
	if (!uri_may_be_local(hypervisor->uri) || access(LEASE_DIR_DEFAULT, R_OK) < 0)
		return -1;
	hypervisor->directory = LEASE_DIR_DEFAULT;
	error_context(error, "reading only the lease files");
	error_list_take(&hypervisor->facts.problems, error);
	return 0;
}

void hypervisor_use_directory(struct hypervisor *hypervisor, const char *directory)
{
	hypervisor->directory = directory;
}

void hypervisor_ask_limit(struct hypervisor *hypervisor)
{
	if (!hypervisor->has_limit)
		in_flight_ask_limit(&hypervisor->flight);
	hypervisor->has_limit = true;
}

virDomainPtr hypervisor_domain(const struct hypervisor *hypervisor,
			       const struct machine *machine)
{
	size_t index = (size_t)(machine - hypervisor->facts.machines.items);

	if (index >= hypervisor->domains.count)
		return virDomainLookupByUUIDString(hypervisor->connection, machine->uuid);
	virDomainRef(hypervisor->domains.items[index]);
	return hypervisor->domains.items[index];
}

static void domains_free(struct hypervisor *hypervisor)
{
	array_foreach(domain, &hypervisor->domains)
		virDomainFree(*domain);
	free(hypervisor->domains.items);
	hypervisor->domains.items = NULL;
	hypervisor->domains.count = hypervisor->domains.capacity = 0;
}

void hypervisor_forget_machines(struct hypervisor *hypervisor)
{
	domains_free(hypervisor);
	machine_list_free(&hypervisor->facts.machines);
	hypervisor->facts.has_machines = hypervisor->facts.machines_missing = false;
}

void hypervisor_clear(struct hypervisor *hypervisor, bool keep_machines)
{
	hypervisor_facts_clear(&hypervisor->facts);
	if (!keep_machines)
		hypervisor_forget_machines(hypervisor);
}

void hypervisor_disconnect(struct hypervisor *hypervisor)
{
	domains_free(hypervisor);
	in_flight_end(&hypervisor->flight);
	virConnectClose_ptr(&hypervisor->connection);
	hypervisor->connection = NULL;
	hypervisor->flight = (struct in_flight){0};
	hypervisor->has_limit = false;
}

void hypervisor_close(struct hypervisor *hypervisor)
{
	hypervisor_clear(hypervisor, false);
	hypervisor_disconnect(hypervisor);
	hypervisor->directory = NULL;
}

bool hypervisor_is_lost(const struct hypervisor *hypervisor)
{
	return hypervisor->connection && virt_is_lost(hypervisor->connection);
}

int hypervisor_lost_error(const struct hypervisor *hypervisor, struct error_list *found,
			  struct error *error)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(hypervisor->connection);
	bool is_silent = hypervisor->flight.is_silent || found->silent;

	error_list_free(found);
	return virt_lost_while(error, uri ? uri : "the hypervisor", is_silent);
}

bool hypervisor_is_alive(const struct hypervisor *hypervisor)
{
	return hypervisor->connection && virConnectIsAlive(hypervisor->connection) == 1;
}

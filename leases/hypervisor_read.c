/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the networks, leases and machines of a hypervisor. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "leases/hypervisor_leases.h"
#include "leases/hypervisor_read.h"
#include "leases/lease_dir.h"

/* A network that is read. */
struct listed_net {
	virNetworkPtr handle;
	bool is_read;
	struct net net;
	struct error_list problems;
};

static void net_read(void *data, size_t i)
{
	struct listed_net *listed = &((struct listed_net *)data)[i];
	const char *name = virNetworkGetName(listed->handle);
	CLEANUP(free_ptr) char *xml = virNetworkGetXMLDesc(listed->handle, 0);
	struct error error = {0};
	int active;

	if (!xml || net_parse(xml, strlen(xml), &listed->net, &error) < 0) {
		if (!xml)
			virt_error(&error, "network %s", name);
		error_list_take(&listed->problems, &error);
		return;
	}
	active = virNetworkIsActive(listed->handle);
	if (active < 0) {
		virt_error(&error, "network %s", name);
		error_list_take(&listed->problems, &error);
	}
	listed->net.active = active == 1;
	listed->is_read = true;
}

static int nets_list(struct hypervisor *hypervisor, virNetworkPtr **handles,
		     struct error *error)
{
	int count = virConnectListAllNetworks(hypervisor->connection, handles, 0);

	if (count < 0 && virt_error_code() == VIR_ERR_NO_SUPPORT) {
		error_list_add(&hypervisor->facts.notes, "%s", virGetLastErrorMessage());
		return 0;
	}
	return count < 0 ? virt_error(error, "can't list networks") : count;
}

/* What has to be known first. */
struct beginning {
	struct hypervisor *hypervisor;
	virNetworkPtr *handles;
	int count;
	struct error error;
};

static void beginning_read(void *data, size_t i)
{
	struct beginning *beginning = data;

	if (i)
		hypervisor_ask_limit(beginning->hypervisor);
	else
		beginning->count = nets_list(beginning->hypervisor, &beginning->handles,
					     &beginning->error);
}

static int nets_read(struct hypervisor *hypervisor, struct error *error)
{
	struct beginning beginning = {.hypervisor = hypervisor};
	struct hypervisor_facts *facts = &hypervisor->facts;
	CLEANUP(free_ptr) struct listed_net *listed = NULL;

	in_flight(&hypervisor->flight, 2, beginning_read, &beginning);
	if (beginning.count < 0)
		return error_move(error, &beginning.error);
	listed = mem_zero((size_t)beginning.count, sizeof(*listed));
	for (int i = 0; i < beginning.count; i++)
		listed[i].handle = beginning.handles[i];
	in_flight(&hypervisor->flight, (size_t)beginning.count, net_read, listed);
	for (int i = 0; i < beginning.count; i++) {
		if (listed[i].is_read)
			*array_add(&facts->nets) = listed[i].net;
		error_list_append(&facts->problems, &listed[i].problems);
		virNetworkFree(listed[i].handle);
	}
	free(beginning.handles);
	return 0;
}

int hypervisor_read(struct hypervisor *hypervisor, struct error *error)
{
	int status;

	if (!hypervisor->connection) {
		if (lease_dir_read(hypervisor->directory, &hypervisor->facts.leases,
				   &hypervisor->facts.nets, &hypervisor->facts.machines,
				   &hypervisor->facts.problems, error) < 0)
			return -1;
		hypervisor_facts_set_networks(&hypervisor->facts, 0);
		return 0;
	}
	status = nets_read(hypervisor, error);
	if (status == 0)
		hypervisor_read_leases(hypervisor);
	if (!hypervisor_is_lost(hypervisor))
		return status;
	error_free(error);
	return hypervisor_lost_error(hypervisor, &hypervisor->facts.problems, error);
}

void hypervisor_reread(struct hypervisor *hypervisor)
{
	lease_list_free(&hypervisor->facts.leases);
	error_list_free(&hypervisor->facts.problems);
	hypervisor_read_leases(hypervisor);
}

/* A domain that is read. */
struct listed_domain {
	const struct hypervisor *hypervisor;
	virDomainPtr handle;
	bool is_read;
	struct machine machine;
	struct error_list problems; /* why it is missing */
};

/* Reads the live or persistent configuration; -1 when it is missing or invalid. */
static int domain_read(struct listed_domain *listed, unsigned int flags,
		       struct machine *machine)
{
	const char *name = virDomainGetName(listed->handle);
	CLEANUP(free_ptr) char *xml = virDomainGetXMLDesc(listed->handle, flags);
	struct error error = {0};

	/* It may have been undefined in the meantime, which is not an error. */
	if (!xml && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return -1;
	if (xml && machine_parse(xml, strlen(xml), machine, &error) == 0)
		return 0;
	if (!xml)
		virt_error(&error, "machine %s", name);
	return error_list_take(&listed->problems, &error);
}

static void machine_read(void *data, size_t i)
{
	struct listed_domain *listed = &((struct listed_domain *)data)[i];
	CLEANUP(machine_free) struct machine kept = {0};

	if (domain_read(listed, 0, &listed->machine) < 0)
		return;
	listed->is_read = true;
	if (listed->hypervisor->inactive_too && listed->machine.active &&
	    virDomainIsPersistent(listed->handle) == 1 &&
	    domain_read(listed, VIR_DOMAIN_XML_INACTIVE, &kept) == 0)
		machine_add_nics(&listed->machine, &kept);
}

/* Takes the handle as well. Whether it was read. */
static bool machine_take(struct hypervisor *hypervisor, struct listed_domain *listed,
			 struct error_list *problems)
{
	struct hypervisor_facts *facts = &hypervisor->facts;

	if (error_list_append(problems, &listed->problems) < 0)
		facts->machines_missing = true;
	if (listed->is_read && hypervisor->domains.count == facts->machines.count)
		*array_add(&hypervisor->domains) = TAKE(listed->handle);
	if (listed->is_read)
		*array_add(&facts->machines) = listed->machine;
	virDomainFree_ptr(&listed->handle);
	return listed->is_read;
}

/* The domains while they are read. */
struct listing {
	virConnectPtr connection;
	virDomainPtr *handles;
	int count;
	struct error_list problems;
};

static void domains_list(void *data, size_t i)
{
	struct listing *listing = data;
	struct error error = {0};

	(void)i;
	listing->count = virConnectListAllDomains(listing->connection, &listing->handles,
						  0);
	if (listing->count >= 0)
		return;
	virt_error(&error, "can't list machines");
	error_list_take(&listing->problems, &error);
}

static void domains_read(struct hypervisor *hypervisor, struct listing *listing)
{
	size_t count = (size_t)listing->count;
	CLEANUP(free_ptr)
	struct listed_domain *listed = mem_zero(count, sizeof(*listed));

	for (size_t i = 0; i < count; i++)
		listed[i] = (struct listed_domain){.hypervisor = hypervisor,
						   .handle = listing->handles[i]};
	in_flight(&hypervisor->flight, count, machine_read, listed);
	for (size_t i = 0; i < count; i++)
		machine_take(hypervisor, &listed[i], &listing->problems);
	hypervisor_facts_set_networks(&hypervisor->facts, 0);
	free(listing->handles);
}

int hypervisor_read_machines(struct hypervisor *hypervisor, struct error_list *errors)
{
	struct listing listing = {.connection = hypervisor->connection};
	struct error lost = {0};

	if (!hypervisor->connection)
		return 0;
	in_flight(&hypervisor->flight, 1, domains_list, &listing);
	if (listing.count >= 0) {
		hypervisor_forget_machines(hypervisor);
		hypervisor->facts.has_machines = true;
		domains_read(hypervisor, &listing);
	}
	if (hypervisor_is_lost(hypervisor)) {
		hypervisor_lost_error(hypervisor, &listing.problems, &lost);
		return error_list_take(errors, &lost);
	}
	if (listing.count < 0)
		return error_list_append(errors, &listing.problems);
	error_list_append(&hypervisor->facts.problems, &listing.problems);
	return 0;
}

bool hypervisor_find_machine(struct hypervisor *hypervisor, const char *name)
{
	struct listed_domain listed = {.hypervisor = hypervisor};
	struct machine_list *machines = &hypervisor->facts.machines;

	if (machine_find(machines, name) || machine_find_uuid(machines, name))
		return true;
	if (!hypervisor->connection)
		return false;
	listed.handle = virDomainLookupByName(hypervisor->connection, name);
	if (!listed.handle)
		listed.handle = virDomainLookupByUUIDString(hypervisor->connection, name);
	if (!listed.handle)
		return false;
	machine_read(&listed, 0);
	if (!machine_take(hypervisor, &listed, &hypervisor->facts.problems))
		return false;
	hypervisor_facts_set_networks(&hypervisor->facts, machines->count - 1);
	return true;
}

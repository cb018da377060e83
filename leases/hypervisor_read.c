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

static void net_read(struct hypervisor *hypervisor, virNetworkPtr handle)
{
	const char *name = virNetworkGetName(handle);
	CLEANUP(free_ptr) char *xml = virNetworkGetXMLDesc(handle, 0);
	struct error error = {0};
	struct net net = {0};
	int active;

	if (!xml || net_parse(xml, strlen(xml), &net, &error) < 0) {
		if (!xml)
			virt_error(&error, "network %s", name);
		error_list_take(&hypervisor->facts.problems, &error);
		return;
	}
	active = virNetworkIsActive(handle);
	if (active < 0) {
		virt_error(&error, "network %s", name);
		error_list_take(&hypervisor->facts.problems, &error);
	}
	net.active = active == 1;
	*array_add(&hypervisor->facts.nets) = net;
}

static int nets_read(struct hypervisor *hypervisor, struct error *error)
{
	virNetworkPtr *handles = NULL;
	int count = virConnectListAllNetworks(hypervisor->connection, &handles, 0);

	if (count < 0 && virt_error_code() == VIR_ERR_NO_SUPPORT) {
		error_list_add(&hypervisor->facts.notes, "%s", virGetLastErrorMessage());
		return 0;
	}
	if (count < 0)
		return virt_error(error, "can't list networks");
	for (int i = 0; i < count; i++) {
		net_read(hypervisor, handles[i]);
		virNetworkFree(handles[i]);
	}
	free(handles);
	return 0;
}

int hypervisor_read(struct hypervisor *hypervisor, struct error *error)
{
	if (!hypervisor->connection) {
		if (lease_dir_read(hypervisor->directory, &hypervisor->facts.leases,
				   &hypervisor->facts.nets, &hypervisor->facts.machines,
				   &hypervisor->facts.problems, error) < 0)
			return -1;
		hypervisor_facts_set_networks(&hypervisor->facts, 0);
		return 0;
	}
	if (nets_read(hypervisor, error) < 0)
		return -1;
	hypervisor_read_leases(hypervisor);
	return 0;
}

void hypervisor_reread(struct hypervisor *hypervisor)
{
	lease_list_free(&hypervisor->facts.leases);
	error_list_free(&hypervisor->facts.problems);
	hypervisor_read_leases(hypervisor);
}

/* Reads the live or persistent configuration; -1 when it is missing or invalid. */
static int domain_read(struct hypervisor *hypervisor, virDomainPtr domain,
		       unsigned int flags, struct machine *machine)
{
	const char *name = virDomainGetName(domain);
	CLEANUP(free_ptr) char *xml = virDomainGetXMLDesc(domain, flags);
	struct error error = {0};

	/* It may have been undefined in the meantime, which is not an error. */
	if (!xml && virt_error_code() == VIR_ERR_NO_DOMAIN)
		return -1;
	if (xml && machine_parse(xml, strlen(xml), machine, &error) == 0)
		return 0;
	if (!xml)
		virt_error(&error, "machine %s", name);
	hypervisor->facts.machines_missing = true;
	error_list_take(&hypervisor->facts.problems, &error);
	return -1;
}

static bool machine_read(struct hypervisor *hypervisor, virDomainPtr domain)
{
	CLEANUP(machine_free) struct machine kept = {0};
	struct machine machine = {0};

	if (domain_read(hypervisor, domain, 0, &machine) < 0)
		return false;
	if (hypervisor->inactive_too && machine.active &&
	    virDomainIsPersistent(domain) == 1 &&
	    domain_read(hypervisor, domain, VIR_DOMAIN_XML_INACTIVE, &kept) == 0)
		machine_add_nics(&machine, &kept);
	*array_add(&hypervisor->facts.machines) = machine;
	return true;
}

int hypervisor_read_machines(struct hypervisor *hypervisor, struct error *error)
{
	virDomainPtr *domains = NULL;
	int count;

	if (!hypervisor->connection)
		return 0;
	count = virConnectListAllDomains(hypervisor->connection, &domains, 0);
	if (count < 0)
		return virt_error(error, "can't list machines");
	machine_list_free(&hypervisor->facts.machines);
	hypervisor->facts.has_machines = true;
	hypervisor->facts.machines_missing = false;
	for (int i = 0; i < count; i++) {
		machine_read(hypervisor, domains[i]);
		virDomainFree(domains[i]);
	}
	free(domains);
	hypervisor_facts_set_networks(&hypervisor->facts, 0);
	return 0;
}

bool hypervisor_find_machine(struct hypervisor *hypervisor, const char *name)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;
	bool found;

	if (machine_find(&hypervisor->facts.machines, name) ||
	    machine_find_uuid(&hypervisor->facts.machines, name))
		return true;
	if (!hypervisor->connection)
		return false;
	domain = virDomainLookupByName(hypervisor->connection, name);
	if (!domain)
		domain = virDomainLookupByUUIDString(hypervisor->connection, name);
	found = domain && machine_read(hypervisor, domain);
	if (found)
		hypervisor_facts_set_networks(&hypervisor->facts,
					      hypervisor->facts.machines.count - 1);
	return found;
}

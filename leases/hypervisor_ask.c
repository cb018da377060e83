/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the sources that know one machine of a hypervisor. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "leases/hypervisor_ask.h"
#include "leases/source_ask.h"

/* A guest that is gone, or without an agent, has no address to report; one that could not
 * be asked may have. */
static void reply_take(struct hypervisor *hypervisor, const struct machine *machine,
		       const struct source_reply *reply)
{
	struct error error = {.is_unasked = reply->is_unasked};

	error.message = mem_format("%s: %s: %s", machine->name,
				   lease_source_name(reply->source), reply->text);
	error_list_take(reply->is_unasked ? &hypervisor->facts.problems
					  : &hypervisor->facts.notes,
			&error);
}

/* NULL if it does not run, or can't be asked. */
static virDomainPtr domain_open(struct hypervisor *hypervisor,
				const struct machine *machine)
{
	CLEANUP(error_free) struct error error = {0};
	virDomainPtr domain;

	if (!machine->active || !hypervisor->connection || !machine->uuid)
		return NULL;
	domain = virDomainLookupByUUIDString(hypervisor->connection, machine->uuid);
	if (domain)
		return domain;
	virt_error(&error, "%s: domain", machine->name);
	error_list_take(error.is_unasked ? &hypervisor->facts.problems
					 : &hypervisor->facts.notes,
			&error);
	return NULL;
}

void hypervisor_ask(struct hypervisor *hypervisor, const struct machine *machine,
		    const struct source_order *order, const char *script)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = domain_open(hypervisor, machine);
	CLEANUP(source_replies_free) struct source_replies replies = {0};
	struct hypervisor_facts *facts = &hypervisor->facts;
	const struct source_query query = {
		.machine = machine,
		.order = order,
		.domain = domain,
		.leases_too = facts->leases_by_machine_only,
		.neighbours = hypervisor->directory ? &facts->neighbours : NULL,
		.script = script,
	};

	if (!machine->active)
		error_list_add(&facts->notes, "%s: is not running", machine->name);
	sources_ask(&query, &facts->others, &replies);
	array_foreach(reply, &replies)
		reply_take(hypervisor, machine, reply);
}

static void agent_ask(const struct hypervisor *hypervisor, const struct machine *machine,
		      struct lease_list *found)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;
	virDomainInterfacePtr *interfaces = NULL;
	int count = -1;

	domain = virDomainLookupByUUIDString(hypervisor->connection, machine->uuid);
	if (domain)
		count = virDomainInterfaceAddresses(
			domain, &interfaces, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT, 0);
	for (int i = 0; i < count; i++) {
		for (unsigned int j = 0; j < interfaces[i]->naddrs; j++) {
			struct lease lease = {.source = LEASE_FROM_AGENT};
			const char *text = interfaces[i]->addrs[j].addr;

			if (lease_address_parse(text ? text : "", &lease.address, NULL) <
			    0)
				continue;
			lease.machine = mem_string(machine->name);
			*array_add(found) = lease;
		}
		virDomainInterfaceFree(interfaces[i]);
	}
	free(interfaces);
}

void hypervisor_ask_agents(const struct hypervisor *hypervisor, struct lease_list *found)
{
	if (!hypervisor->connection)
		return;
	array_foreach(machine, &hypervisor->facts.machines) {
		if (machine->active && machine->agent_connected && machine->uuid)
			agent_ask(hypervisor, machine, found);
	}
}

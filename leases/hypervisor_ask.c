/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the sources that know one machine: guest agent, ARP table, script. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "leases/hypervisor_ask.h"
#include "leases/source_ask.h"

/* What libvirt answers about one machine. */
struct answer {
	struct hypervisor *hypervisor;
	const struct machine *machine;
	const struct source_order *order;
	struct lease_list found;
	struct source_replies replies;
	struct error error; /* the domain was not found */
};

/* In flight; the script is no call. */
static void libvirt_ask(void *data, size_t i)
{
	struct answer *answer = &((struct answer *)data)[i];
	struct hypervisor *hypervisor = answer->hypervisor;
	const struct machine *machine = answer->machine;
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;
	struct source_query query = {
		.machine = machine,
		.order = answer->order,
		.leases_too = hypervisor->facts.leases_by_machine_only,
		.neighbours = hypervisor->facts.neighbours.is_read
				      ? &hypervisor->facts.neighbours
				      : NULL,
	};

	if (!machine->active || !hypervisor->connection || !machine->uuid)
		return;
	domain = hypervisor_domain(hypervisor, machine);
	if (!domain) {
		virt_error(&answer->error, "%s: domain", machine->name);
		return;
	}
	query.domain = domain;
	sources_ask(&query, &answer->found, &answer->replies);
}

static void leases_move(struct lease_list *from, struct lease_list *to)
{
	array_foreach(lease, from)
		*array_add(to) = *lease;
	free(from->items);
}

/* A guest that is gone, or without an agent, has no address to report; one that could not
 * be asked may have. */
static void error_sort(struct hypervisor *hypervisor, struct error *error,
		       struct error_list *problems)
{
	error_list_take(error->is_unasked ? problems : &hypervisor->facts.notes, error);
}

static void replies_take(struct hypervisor *hypervisor, const struct answer *answer,
			 struct error_list *problems)
{
	array_foreach(reply, &answer->replies) {
		struct error error = {.is_unasked = reply->is_unasked};

		error.message = mem_format("%s: %s: %s", answer->machine->name,
					   lease_source_name(reply->source), reply->text);
		error_sort(hypervisor, &error, problems);
	}
}

static void answer_take(struct hypervisor *hypervisor, struct answer *answer,
			const char *script, struct error_list *problems)
{
	struct hypervisor_facts *facts = &hypervisor->facts;
	const struct source_query query = {
		.machine = answer->machine, .order = answer->order, .script = script};

	sources_ask(&query, &answer->found, &answer->replies);
	leases_move(&answer->found, &facts->others);
	if (answer->error.message)
		error_sort(hypervisor, &answer->error, problems);
	if (!answer->machine->active)
		error_list_add(&facts->notes, "%s: is not running",
			       answer->machine->name);
	replies_take(hypervisor, answer, problems);
	source_replies_free(&answer->replies);
}

/* Agents may keep their calls waiting, and the daemon's threads with them. */
static void answers_ask(struct hypervisor *hypervisor, bool with_agents, size_t count,
			void (*ask)(void *data, size_t i), void *data)
{
	struct in_flight *flight = &hypervisor->flight;
	unsigned int limit = flight->limit;

	if (with_agents && limit > IN_FLIGHT)
		flight->limit = IN_FLIGHT;
	in_flight(flight, count, ask, data);
	flight->limit = limit;
}

/* The kernel's, if the hypervisor is this host; read once for all. */
static void neighbours_ask(struct hypervisor *hypervisor)
{
	CLEANUP(error_free) struct error error = {0};
	struct hypervisor_facts *facts = &hypervisor->facts;

	if (!facts->neighbours.is_read && neighbours_read(&facts->neighbours, &error) < 0)
		error_list_take(&facts->notes, &error);
}

int hypervisor_ask(struct hypervisor *hypervisor, const bool *selected,
		   const struct source_order *order, const char *script,
		   struct error *error)
{
	const struct machine_list *machines = &hypervisor->facts.machines;
	struct error_list problems = {0};
	ARRAY(struct answer) answers = {0};

	for (size_t i = 0; i < machines->count; i++) {
		if (selected[i])
			*array_add(&answers) = (struct answer){
				.hypervisor = hypervisor,
				.machine = &machines->items[i],
				.order = order};
	}
	if (answers.count && hypervisor->directory &&
	    source_order_has(order, LEASE_FROM_ARP))
		neighbours_ask(hypervisor);
	answers_ask(hypervisor, source_order_has(order, LEASE_FROM_AGENT), answers.count,
		    libvirt_ask, answers.items);
	array_foreach(answer, &answers)
		answer_take(hypervisor, answer, script, &problems);
	free(answers.items);
	if (problems.count && hypervisor_is_lost(hypervisor))
		return hypervisor_lost_error(hypervisor, &problems, error);
	error_list_append(&hypervisor->facts.problems, &problems);
	return 0;
}

/* Every address of every interface. */
static void agent_read(struct answer *answer, const virDomainInterface *interface)
{
	for (unsigned int i = 0; i < interface->naddrs; i++) {
		struct lease lease = {.source = LEASE_FROM_AGENT};
		const char *text = interface->addrs[i].addr;

		if (lease_address_parse(text ? text : "", &lease.address, NULL) < 0)
			continue;
		lease.machine = mem_string(answer->machine->name);
		*array_add(&answer->found) = lease;
	}
}

static void agent_ask_all(void *data, size_t i)
{
	struct answer *answer = &((struct answer *)data)[i];
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = hypervisor_domain(answer->hypervisor, answer->machine);
	virDomainInterfacePtr *interfaces = NULL;
	int count = -1;

	if (domain)
		count = virDomainInterfaceAddresses(
			domain, &interfaces, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT, 0);
	for (int at = 0; at < count; at++) {
		agent_read(answer, interfaces[at]);
		virDomainInterfaceFree(interfaces[at]);
	}
	free(interfaces);
}

void hypervisor_ask_agents(struct hypervisor *hypervisor, struct lease_list *found)
{
	ARRAY(struct answer) answers = {0};

	if (!hypervisor->connection)
		return;
	array_foreach(machine, &hypervisor->facts.machines) {
		if (machine->active && machine->agent_connected && machine->uuid)
			*array_add(&answers) = (struct answer){.hypervisor = hypervisor,
							       .machine = machine};
	}
	answers_ask(hypervisor, true, answers.count, agent_ask_all, answers.items);
	array_foreach(answer, &answers)
		leases_move(&answer->found, found);
	free(answers.items);
}

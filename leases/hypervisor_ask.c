/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the sources that know one machine: guest agent, ARP table, script. */
#define _GNU_SOURCE
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "leases/hypervisor_ask.h"
#include "leases/source_script.h"

/* What libvirt answers about one machine. */
struct answer {
	const struct hypervisor *hypervisor;
	const struct machine *machine;
	const struct source_order *order;
	struct lease_list found;
	struct error_list problems, notes;
	bool has_no_arp; /* it was asked */
};

static void address_add(struct answer *answer, const struct machine_nic *nic,
			enum lease_source source, const virDomainIPAddress *found)
{
	struct lease_address address;
	unsigned int bits;
	struct lease *lease;

	if (lease_address_parse(found->addr ? found->addr : "", &address, NULL) < 0)
		return;
	bits = address.family == AF_INET ? 32 : 128;
	lease = array_add(&answer->found);
	*lease = machine_nic_lease(answer->machine, nic, source);
	lease->address = address;
	lease->prefix = found->prefix <= bits ? found->prefix : 0;
}

/* Skips interfaces that are not a NIC of the machine, such as lo and docker0. */
static size_t interface_add(struct answer *answer, enum lease_source source,
			    const virDomainInterface *interface)
{
	const struct machine_nic *nic;
	uint8_t mac[MAC_SIZE];

	if (!interface->hwaddr || mac_parse(interface->hwaddr, mac, NULL) < 0)
		return 0;
	nic = machine_nic_find(answer->machine, mac);
	if (!nic)
		return 0;
	for (unsigned int i = 0; i < interface->naddrs; i++)
		address_add(answer, nic, source, &interface->addrs[i]);
	return interface->naddrs;
}

/* After a call of libvirt has failed. A guest that is gone, or without an agent, has no
 * address to report; one that could not be asked may have. */
static void failure_add(struct answer *answer, const char *what)
{
	CLEANUP(error_free) struct error error = {0};

	virt_error(&error, "%s: %s", answer->machine->name, what);
	error_list_take(error.is_unasked ? &answer->problems : &answer->notes, &error);
}

/* Returns how many addresses the source has; -1 on failure. */
static int domain_ask(struct answer *answer, virDomainPtr domain,
		      unsigned int virt_source, enum lease_source source)
{
	virDomainInterfacePtr *interfaces = NULL;
	int count = virDomainInterfaceAddresses(domain, &interfaces, virt_source, 0);
	size_t added = 0;

	if (count < 0)
		failure_add(answer, lease_source_name(source));
	for (int i = 0; i < count; i++) {
		added += interface_add(answer, source, interfaces[i]);
		virDomainInterfaceFree(interfaces[i]);
	}
	free(interfaces);
	if (count >= 0 && !added)
		error_list_add(&answer->notes, "%s: %s: no address of its NICs",
			       answer->machine->name, lease_source_name(source));
	return count < 0 ? -1 : (int)added;
}

static void agent_ask(struct answer *answer, virDomainPtr domain)
{
	if (answer->machine->agent_disconnected)
		error_list_add(&answer->notes, "%s: %s: not connected",
			       answer->machine->name,
			       lease_source_name(LEASE_FROM_AGENT));
	else
		domain_ask(answer, domain, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT,
			   LEASE_FROM_AGENT);
}

static void libvirt_ask(void *data, size_t i)
{
	struct answer *answer = &((struct answer *)data)[i];
	const struct hypervisor *hypervisor = answer->hypervisor;
	const struct machine *machine = answer->machine;
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	if (!machine->active || !hypervisor->connection || !machine->uuid)
		return;
	domain = hypervisor_domain(hypervisor, machine);
	if (!domain) {
		failure_add(answer, "domain");
		return;
	}
	if (hypervisor->facts.leases_by_machine_only &&
	    source_order_has(answer->order, LEASE_FROM_LEASE))
		domain_ask(answer, domain, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE,
			   LEASE_FROM_LEASE);
	if (source_order_has(answer->order, LEASE_FROM_AGENT))
		agent_ask(answer, domain);
	if (source_order_has(answer->order, LEASE_FROM_ARP))
		answer->has_no_arp = domain_ask(answer, domain,
						VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP,
						LEASE_FROM_ARP) <= 0;
}

static void leases_move(struct lease_list *from, struct lease_list *to)
{
	array_foreach(lease, from)
		*array_add(to) = *lease;
	free(from->items);
}

static bool is_on_bridge(const struct neighbour *neighbour, const char *bridge)
{
	char name[IF_NAMESIZE];

	return !bridge || (if_indextoname((unsigned int)neighbour->interface, name) &&
			   !strcmp(name, bridge));
}

/* Reads the kernel's table without libvirt, if the hypervisor is this host. */
static void neighbours_ask(struct hypervisor *hypervisor, const struct machine *machine)
{
	struct error error = {0};

	if (!hypervisor->facts.has_neighbours &&
	    neighbours_read(&hypervisor->facts.neighbours, &error) < 0)
		error_list_take(&hypervisor->facts.notes, &error);
	hypervisor->facts.has_neighbours = true;
	array_foreach(neighbour, &hypervisor->facts.neighbours.all) {
		const struct machine_nic *nic = machine_nic_find(machine, neighbour->mac);
		struct lease *lease;

		if (!nic || !is_on_bridge(neighbour, nic->bridge))
			continue;
		lease = array_add(&hypervisor->facts.others);
		*lease = machine_nic_lease(machine, nic, LEASE_FROM_ARP);
		lease->address = neighbour->address;
	}
}

static void script_ask(struct hypervisor *hypervisor, const struct machine *machine,
		       const char *script)
{
	array_foreach(nic, &machine->nics) {
		struct error error = {0};

		if (source_script_ask(script, machine, nic, &hypervisor->facts.others,
				      &error) < 0) {
			error_context(&error, "%s: script", machine->name);
			error_list_take(&hypervisor->facts.notes, &error);
		}
	}
}

static void answer_take(struct hypervisor *hypervisor, struct answer *answer,
			const char *script, struct error_list *problems)
{
	struct hypervisor_facts *facts = &hypervisor->facts;
	const struct machine *machine = answer->machine;

	leases_move(&answer->found, &facts->others);
	error_list_append(problems, &answer->problems);
	error_list_append(&facts->notes, &answer->notes);
	if (!machine->active)
		error_list_add(&facts->notes, "%s: is not running", machine->name);
	if (answer->has_no_arp && hypervisor->directory)
		neighbours_ask(hypervisor, machine);
	if (script && source_order_has(answer->order, LEASE_FROM_SCRIPT))
		script_ask(hypervisor, machine, script);
}

/* Agents may keep their calls waiting, and the daemon's threads with them. */
static void answers_ask(struct hypervisor *hypervisor, bool with_agents, size_t count,
			void (*ask)(void *data, size_t i), void *data)
{
	struct in_flight flight = hypervisor->flight;

	if (with_agents && flight.limit > IN_FLIGHT)
		flight.limit = IN_FLIGHT;
	in_flight(&flight, count, ask, data);
	hypervisor->flight.is_silent = flight.is_silent;
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

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

static void address_add(struct hypervisor *hypervisor, const struct machine *machine,
			const struct machine_nic *nic, enum lease_source source,
			const virDomainIPAddress *found)
{
	struct lease_address address;
	unsigned int bits;
	struct lease *lease;

	if (lease_address_parse(found->addr ? found->addr : "", &address, NULL) < 0)
		return;
	bits = address.family == AF_INET ? 32 : 128;
	lease = array_add(&hypervisor->facts.others);
	*lease = machine_nic_lease(machine, nic, source);
	lease->address = address;
	lease->prefix = found->prefix <= bits ? found->prefix : 0;
}

/* Skips interfaces that are not a NIC of the machine, such as lo and docker0. */
static size_t interface_add(struct hypervisor *hypervisor, const struct machine *machine,
			    enum lease_source source, const virDomainInterface *interface)
{
	const struct machine_nic *nic;
	uint8_t mac[MAC_SIZE];

	if (!interface->hwaddr || mac_parse(interface->hwaddr, mac, NULL) < 0)
		return 0;
	nic = machine_nic_find(machine, mac);
	if (!nic)
		return 0;
	for (unsigned int i = 0; i < interface->naddrs; i++)
		address_add(hypervisor, machine, nic, source, &interface->addrs[i]);
	return interface->naddrs;
}

/* After a call of libvirt has failed. A guest that is gone, or without an agent, has no
 * address to report; one that could not be asked may have. */
static void failure_add(struct hypervisor *hypervisor, const struct machine *machine,
			const char *what)
{
	CLEANUP(error_free) struct error error = {0};

	virt_error(&error, "%s: %s", machine->name, what);
	error_list_take(error.is_unasked ? &hypervisor->facts.problems
					 : &hypervisor->facts.notes,
			&error);
}

/* Returns how many addresses the source has; -1 on failure. */
static int domain_ask(struct hypervisor *hypervisor, const struct machine *machine,
		      virDomainPtr domain, unsigned int virt_source,
		      enum lease_source source)
{
	virDomainInterfacePtr *interfaces = NULL;
	int count = virDomainInterfaceAddresses(domain, &interfaces, virt_source, 0);
	size_t added = 0;

	if (count < 0)
		failure_add(hypervisor, machine, lease_source_name(source));
	for (int i = 0; i < count; i++) {
		added += interface_add(hypervisor, machine, source, interfaces[i]);
		virDomainInterfaceFree(interfaces[i]);
	}
	free(interfaces);
	if (count >= 0 && !added)
		error_list_add(&hypervisor->facts.notes, "%s: %s: no address of its NICs",
			       machine->name, lease_source_name(source));
	return count < 0 ? -1 : (int)added;
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

static void libvirt_ask(struct hypervisor *hypervisor, const struct machine *machine,
			const struct source_order *order)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	if (!hypervisor->connection || !machine->uuid)
		return;
	domain = virDomainLookupByUUIDString(hypervisor->connection, machine->uuid);
	if (!domain) {
		failure_add(hypervisor, machine, "domain");
		return;
	}
	if (hypervisor->facts.leases_by_machine_only &&
	    source_order_has(order, LEASE_FROM_LEASE))
		domain_ask(hypervisor, machine, domain,
			   VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE, LEASE_FROM_LEASE);
	if (source_order_has(order, LEASE_FROM_AGENT))
		domain_ask(hypervisor, machine, domain,
			   VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT, LEASE_FROM_AGENT);
	if (source_order_has(order, LEASE_FROM_ARP) &&
	    domain_ask(hypervisor, machine, domain,
		       VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP, LEASE_FROM_ARP) <= 0 &&
	    hypervisor->directory)
		neighbours_ask(hypervisor, machine);
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

void hypervisor_ask(struct hypervisor *hypervisor, const struct machine *machine,
		    const struct source_order *order, const char *script)
{
	if (machine->active)
		libvirt_ask(hypervisor, machine, order);
	else
		error_list_add(&hypervisor->facts.notes, "%s: is not running",
			       machine->name);
	if (script && source_order_has(order, LEASE_FROM_SCRIPT))
		script_ask(hypervisor, machine, script);
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

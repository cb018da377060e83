/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks who knows a machine's address, by the code of vmango-leases(1): leases, network
 * script, guest agent, ARP table. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt.h"
#include "leases/lease_virt.h"
#include "leases/result.h"
#include "provision/host/host_connection.h"
#include "provision/machine/address_script.h"
#include "provision/machine/machine_sources.h"

const struct hardware_nic *machine_nic_live(const struct change *change)
{
	const struct facts_domain *domain = change->domain;

	return domain ? domain_hardware_nic(&domain->live, change->mac) : NULL;
}

const char *machine_network_live(const struct change *change)
{
	const struct hardware_nic *nic = machine_nic_live(change);

	return !nic || text_equal(nic->source, change->facts->config->network)
		       ? NULL
		       : nic->source;
}

/* The network that assigns the address now; the caller frees it. NULL: libvirt has none,
 * or with an error, it could not be asked. */
static virNetworkPtr network_open(const struct change *change, struct error *error)
{
	const struct host_connection *link = host_connection(change->host);
	const char *other = machine_network_live(change);
	virNetworkPtr network = link->network;

	if (!other && network)
		virNetworkRef(network);
	if (!other)
		return network;
	network = virNetworkLookupByName(link->connection, other);
	if (!network && !virt_is_missing())
		virt_error(error, "network %s", other);
	return network;
}

/* The machine with this one NIC; the caller frees it. */
static struct machine machine_of(const struct change *change)
{
	const char *other = machine_network_live(change);
	const char *network = other ? other : change->facts->config->network;
	struct machine machine = {.name = mem_string(change->name),
				  .uuid = mem_string(change->uuid),
				  .active = true};
	struct machine_nic *nic = array_add(&machine.nics);

	memcpy(nic->mac, change->mac, MAC_SIZE);
	nic->network = mem_string(network);
	if (!other)
		nic->bridge = mem_string(change->facts->network.bridge);
	return machine;
}

static bool has_dhcp(const struct network *network, sa_family_t family)
{
	return family == AF_INET ? network->has_dhcp : network->has_dhcp6;
}

static bool is_local(const struct machine_sources *sources)
{
	const char *uri = sources->change->facts->uri;

	return uri && virt_uri_is_local(uri);
}

void machine_sources_begin(struct machine_sources *sources,
			   struct neighbour_list *neighbours)
{
	if (is_local(sources))
		neighbours_read(neighbours, NULL);
	sources->before = neighbours;
}

static bool address_counts(const struct machine_sources *sources,
			   const struct lease *lease)
{
	static const struct address_filter no_link_local;

	if (!address_filter_accepts(&no_link_local, lease))
		return false;
	if (sources->wanted)
		return lease->address.family == AF_INET &&
		       lease->address.v4.s_addr == sources->wanted->s_addr;
	return !sources->before || lease->source != LEASE_FROM_ARP ||
	       !has_dhcp(&sources->change->facts->network, lease->address.family);
}

/* Removes what does not count, and reports it. */
static void others_drop(const struct machine_sources *sources, struct lease_list *found)
{
	size_t kept = 0;

	array_foreach(lease, found) {
		char text[LEASE_ADDRESS_TEXT_MAX];

		if (address_counts(sources, lease)) {
			found->items[kept++] = *lease;
			continue;
		}
		if (sources->replies)
			source_reply_add(sources->replies, lease->source, "only %s",
					 lease_address_format(&lease->address, text));
		lease_free(lease);
	}
	found->count = kept;
}

/* The best of the addresses that count; empties the list. */
static bool address_choose(const struct machine_sources *sources,
			   struct lease_list *found, struct machine_address *address)
{
	const struct source_order order = source_order_default();
	const struct address_filter filter = {0};
	const struct net_list nets = {0};
	const struct machine_list none_known = {0};
	struct lease_list none = {0};
	CLEANUP(result_list_free) struct result_list results = {0};
	struct result_input input = {.nets = &nets,
				     .machines = &none_known,
				     .leases = found,
				     .others = &none,
				     .now_s = (uint64_t)time(NULL)};

	others_drop(sources, found);
	results_add(&results, &input, &order, &filter);
	results_finish(&results);
	if (!results.count)
		return false;
	address->address = results.items[0].lease.address;
	address->source = results.items[0].lease.source;
	return true;
}

/* The first that counts of the machine's NIC, else of its other ones; those that others
 * have given it are in the facts. */
static bool lease_find(const struct machine_sources *sources,
		       const uint8_t mac[static MAC_SIZE],
		       struct machine_address *address)
{
	CLEANUP(lease_list_free) struct lease_list found = {0};

	array_foreach(lease, sources->leases) {
		if (lease->has_mac && mac_equal(lease->mac, mac))
			lease_list_copy(&found, lease);
	}
	return address_choose(sources, &found, address);
}

static bool leases_find(const struct machine_sources *sources,
			struct machine_address *address)
{
	if (lease_find(sources, sources->change->mac, address))
		return true;
	array_foreach(mac, &sources->change->domain->macs) {
		if (lease_find(sources, mac->mac, address))
			return true;
	}
	return false;
}

static bool leases_ask(const struct machine_sources *sources,
		       struct machine_address *address)
{
	CLEANUP(lease_list_free) struct lease_list found = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(virNetworkFree_ptr)
	virNetworkPtr network = network_open(sources->change, &error);

	if (network)
		lease_virt_network(network, sources->change->mac, &found, &error);
	if (sources->replies && !found.count)
		source_reply_add(sources->replies, LEASE_FROM_LEASE, "%s",
				 error.message ? error.message : "none");
	return address_choose(sources, &found, address);
}

/* An address of another DHCP server may only be known to the script. */
static bool script_ask(const struct machine_sources *sources,
		       struct machine_address *address)
{
	const struct change *change = sources->change;
	CLEANUP(error_free) struct error error = {0};

	if (sources->wanted || !change->facts->config->network_script ||
	    !change->machine || !change->machine->plan)
		return false;
	if (address_script_lookup(change, &address->address, &error) == 0) {
		address->source = LEASE_FROM_SCRIPT;
		return true;
	}
	if (sources->replies)
		source_reply_add(sources->replies, LEASE_FROM_SCRIPT, "%s",
				 error_text(&error));
	return false;
}

static bool guest_ask(const struct machine_sources *sources,
		      struct machine_address *address)
{
	static const struct source_order order = {
		.sources = {LEASE_FROM_AGENT, LEASE_FROM_ARP}, .count = 2};
	CLEANUP(machine_free) struct machine machine = machine_of(sources->change);
	CLEANUP(neighbours_free) struct neighbour_list neighbours = {0};
	CLEANUP(lease_list_free) struct lease_list found = {0};
	CLEANUP(source_replies_free) struct source_replies replies = {0};
	const struct source_query query = {
		.machine = &machine,
		.order = &order,
		.domain = sources->domain,
		.neighbours = is_local(sources) ? &neighbours : NULL,
		.before = sources->before,
	};

	sources_ask(&query, &found, sources->replies ? sources->replies : &replies);
	return address_choose(sources, &found, address);
}

bool machine_sources_ask(const struct machine_sources *sources,
			 struct machine_address *address)
{
	if (sources->leases ? leases_find(sources, address)
			    : leases_ask(sources, address))
		return true;
	if (sources->leases_only)
		return false;
	return script_ask(sources, address) || guest_ask(sources, address);
}

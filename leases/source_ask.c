/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the sources that know one machine: guest agent, ARP table, script. */
#define _GNU_SOURCE
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "leases/address_filter.h"
#include "leases/source_ask.h"
#include "leases/source_script.h"

/* A query, and where its results go. */
struct asking {
	const struct source_query *query;
	struct lease_list *found;
	struct source_replies *replies;
};

void source_replies_free(struct source_replies *replies)
{
	if (!replies)
		return;
	array_foreach(reply, replies)
		free(reply->text);
	free(replies->items);
	*replies = (struct source_replies){0};
}

void source_reply_add(struct source_replies *replies, enum lease_source source,
		      const char *format, ...)
{
	struct source_reply *reply = array_add(replies);
	va_list arguments;

	reply->source = source;
	va_start(arguments, format);
	reply->text = mem_vformat(format, arguments);
	va_end(arguments);
}

void source_replies_format(const struct source_replies *replies, struct buf *text)
{
	array_foreach(reply, replies)
		buf_format(text, "%s%s: %s", reply == replies->items ? "" : "; ",
			   lease_source_name(reply->source), reply->text);
}

/* After a call of libvirt has failed. */
static void failure_add(const struct asking *asking, enum lease_source source)
{
	static const char agent[] = "QEMU guest agent is ";
	const char *message = virGetLastErrorMessage();
	const char *short_message = strstr(message, agent);

	source_reply_add(asking->replies, source, "%s",
			 short_message ? short_message + strlen(agent) : message);
	asking->replies->items[asking->replies->count - 1].is_unasked = virt_is_unasked();
}

static void address_add(const struct asking *asking, const struct machine_nic *nic,
			enum lease_source source, const virDomainIPAddress *found)
{
	struct lease_address address;
	unsigned int bits;
	struct lease *lease;

	if (lease_address_parse(found->addr ? found->addr : "", &address, NULL) < 0)
		return;
	bits = address.family == AF_INET ? 32 : 128;
	lease = array_add(asking->found);
	*lease = machine_nic_lease(asking->query->machine, nic, source);
	lease->address = address;
	lease->prefix = found->prefix <= bits ? found->prefix : 0;
}

/* Skips interfaces that are not a NIC of the machine, such as lo and docker0. */
static void interface_add(const struct asking *asking, enum lease_source source,
			  const virDomainInterface *interface)
{
	const struct machine_nic *nic;
	uint8_t mac[MAC_SIZE];

	if (!interface->hwaddr || mac_parse(interface->hwaddr, mac, NULL) < 0)
		return;
	nic = machine_nic_find(asking->query->machine, mac);
	for (unsigned int i = 0; nic && i < interface->naddrs; i++)
		address_add(asking, nic, source, &interface->addrs[i]);
}

/* Returns -1 if libvirt fails. */
static int domain_take(const struct asking *asking, unsigned int virt_source,
		       enum lease_source source)
{
	virDomainInterfacePtr *interfaces = NULL;
	int count = virDomainInterfaceAddresses(asking->query->domain, &interfaces,
						virt_source, 0);

	for (int i = 0; i < count; i++) {
		interface_add(asking, source, interfaces[i]);
		virDomainInterfaceFree(interfaces[i]);
	}
	free(interfaces);
	return count < 0 ? -1 : 0;
}

static void nothing_add(const struct asking *asking, enum lease_source source)
{
	source_reply_add(asking->replies, source, "no address of its NICs");
}

static void domain_ask(const struct asking *asking, unsigned int virt_source,
		       enum lease_source source)
{
	size_t before = asking->found->count;

	if (domain_take(asking, virt_source, source) < 0)
		failure_add(asking, source);
	else if (asking->found->count == before)
		nothing_add(asking, source);
}

static void agent_ask(const struct asking *asking)
{
	if (asking->query->machine->agent_disconnected)
		source_reply_add(asking->replies, LEASE_FROM_AGENT, "not connected");
	else
		domain_ask(asking, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT,
			   LEASE_FROM_AGENT);
}

static bool is_on_bridge(const struct neighbour *neighbour, const char *bridge)
{
	char name[IF_NAMESIZE];

	return !bridge || (if_indextoname((unsigned int)neighbour->interface, name) &&
			   !strcmp(name, bridge));
}

static void neighbour_take(const struct asking *asking, const struct machine_nic *nic,
			   const struct neighbour *neighbour)
{
	const struct source_query *query = asking->query;
	char text[LEASE_ADDRESS_TEXT_MAX];
	struct lease *lease;

	if (query->before && !address_is_link_local(&neighbour->address) &&
	    !neighbour_is_new(neighbour, query->neighbours, query->before)) {
		neighbour_poke(neighbour);
		source_reply_add(asking->replies, LEASE_FROM_ARP,
				 "%s has not replied since the start",
				 lease_address_format(&neighbour->address, text));
		return;
	}
	lease = array_add(asking->found);
	*lease = machine_nic_lease(query->machine, nic, LEASE_FROM_ARP);
	lease->address = neighbour->address;
}

static void neighbours_take(const struct asking *asking)
{
	array_foreach(neighbour, &asking->query->neighbours->all) {
		const struct machine_nic *nic = machine_nic_find(asking->query->machine,
								 neighbour->mac);

		if (nic && is_on_bridge(neighbour, nic->bridge))
			neighbour_take(asking, nic, neighbour);
	}
}

/* The kernel has neighbours of both families; libvirt asks it only for those of IPv4, and
 * libvirt 9 may not understand its reply (see neighbours_read()). */
static void arp_ask(const struct asking *asking)
{
	struct neighbour_list *neighbours = asking->query->neighbours;
	size_t before = asking->found->count, replies = asking->replies->count;

	if (neighbours && (neighbours->is_read || neighbours_read(neighbours, NULL) == 0))
		neighbours_take(asking);
	if (asking->found->count > before || asking->replies->count > replies)
		return;
	if (domain_take(asking, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP, LEASE_FROM_ARP) <
		    0 &&
	    !(neighbours && neighbours->is_read))
		failure_add(asking, LEASE_FROM_ARP);
	else if (asking->found->count == before)
		nothing_add(asking, LEASE_FROM_ARP);
}

static void script_ask(const struct asking *asking)
{
	const struct source_query *query = asking->query;

	array_foreach(nic, &query->machine->nics) {
		CLEANUP(error_free) struct error error = {0};

		if (source_script_ask(query->script, query->machine, nic, asking->found,
				      &error) < 0)
			source_reply_add(asking->replies, LEASE_FROM_SCRIPT, "%s",
					 error_text(&error));
	}
}

void sources_ask(const struct source_query *query, struct lease_list *found,
		 struct source_replies *replies)
{
	const struct asking asking = {query, found, replies};

	if (query->domain && query->leases_too &&
	    source_order_has(query->order, LEASE_FROM_LEASE))
		domain_ask(&asking, VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE,
			   LEASE_FROM_LEASE);
	if (query->domain && source_order_has(query->order, LEASE_FROM_AGENT))
		agent_ask(&asking);
	if (query->domain && source_order_has(query->order, LEASE_FROM_ARP))
		arp_ask(&asking);
	if (query->script && source_order_has(query->order, LEASE_FROM_SCRIPT))
		script_ask(&asking);
}

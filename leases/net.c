/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A libvirt network: its subnets, DHCP ranges and reservations, for IPv4 and IPv6. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/xml.h"
#include "leases/net.h"

static int address_get(struct xml *xml, xmlNodePtr from, const char *path,
		       struct lease_address *address)
{
	CLEANUP(free_ptr) char *text = xml_string(xml, from, path);

	return text ? lease_address_parse(text, address, NULL) : -1;
}

/* The prefix length of a netmask; 0 if it is not one. */
static unsigned int netmask_bits(const struct lease_address *netmask)
{
	uint32_t mask = ntohl(netmask->v4.s_addr);
	unsigned int bits = (unsigned int)__builtin_popcount(mask);

	return bits && mask == UINT32_MAX << (32 - bits) ? bits : 0;
}

/* Without prefix and netmask libvirt uses the class of the address (RFC 791); 64 for
 * IPv6.
 */
static unsigned int prefix_get(struct xml *xml, xmlNodePtr ip,
			       const struct lease_address *gateway)
{
	bool v4 = gateway->family == AF_INET;
	struct lease_address netmask;
	uint64_t prefix;

	if (xml_number(xml, ip, "@prefix", &prefix) == 0 && prefix &&
	    prefix <= (v4 ? 32 : 128))
		return (unsigned int)prefix;
	if (!v4)
		return 64;
	if (address_get(xml, ip, "@netmask", &netmask) == 0 &&
	    netmask.family == AF_INET && netmask_bits(&netmask))
		return netmask_bits(&netmask);
	if (gateway->bytes[0] < 128)
		return 8;
	return gateway->bytes[0] < 192 ? 16 : 24;
}

static int address_compare(const struct lease_address *a, const struct lease_address *b)
{
	return memcmp(a->bytes, b->bytes, a->family == AF_INET ? 4 : 16);
}

static void range_add(struct xml *xml, xmlNodePtr node, unsigned int ip_index,
		      struct net *net)
{
	struct net_range range = {.ip_index = ip_index};

	if (address_get(xml, node, "@start", &range.first) < 0 ||
	    address_get(xml, node, "@end", &range.last) < 0 ||
	    range.first.family != range.last.family ||
	    address_compare(&range.first, &range.last) > 0)
		return;
	*array_add(&net->ranges) = range;
}

static void reservation_add(struct xml *xml, xmlNodePtr node, unsigned int ip_index,
			    struct net *net)
{
	CLEANUP(free_ptr) char *mac = xml_string(xml, node, "@mac");
	CLEANUP(free_ptr) char *duid = xml_string(xml, node, "@id");
	struct net_reservation reservation = {.ip_index = ip_index};

	if (address_get(xml, node, "@ip", &reservation.address) < 0)
		return;
	if (duid)
		lease_id_parse(duid, &reservation.duid, NULL);
	reservation.has_mac = (mac && !mac_parse(mac, reservation.mac, NULL)) ||
			      !lease_id_mac(&reservation.duid, reservation.mac);
	reservation.name = xml_string(xml, node, "@name");
	*array_add(&net->reservations) = reservation;
}

static void subnet_add(struct xml *xml, xmlNodePtr ip, unsigned int ip_index,
		       struct net *net)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr ranges = xml_nodes(xml, ip, "dhcp/range");
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr hosts = xml_nodes(xml, ip, "dhcp/host");
	struct net_subnet subnet = {.ip_index = ip_index};
	size_t before = net->ranges.count + net->reservations.count;

	if (address_get(xml, ip, "@address", &subnet.gateway) < 0)
		return;
	subnet.prefix = prefix_get(xml, ip, &subnet.gateway);
	xml_foreach(range, ranges) range_add(xml, range, ip_index, net);
	xml_foreach(host, hosts) reservation_add(xml, host, ip_index, net);
	subnet.has_dhcp = net->ranges.count + net->reservations.count > before;
	*array_add(&net->subnets) = subnet;
}

/* Without a mode it is "nat". */
static char *forward_get(struct xml *xml)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr forwards = xml_nodes(xml, NULL, "/network/forward");
	char *mode = NULL;

	xml_foreach(forward, forwards)
	{
		if (!mode)
			mode = xml_string(xml, forward, "@mode");
		if (!mode)
			mode = mem_string("nat");
	}
	return mode;
}

int net_parse(const char *text, size_t size, struct net *net, struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr subnets = NULL;
	struct net found = {0};
	unsigned int ip_index = 0;

	if (xml_parse(&xml, text, size, error) < 0)
		return -1;
	found.name = xml_string(&xml, NULL, "/network/name");
	if (!found.name)
		return error_set(error, "no network");
	found.bridge = xml_string(&xml, NULL, "/network/bridge/@name");
	found.zone = xml_string(&xml, NULL, "/network/bridge/@zone");
	found.forward = forward_get(&xml);
	subnets = xml_nodes(&xml, NULL, "/network/ip");
	xml_foreach(ip, subnets) subnet_add(&xml, ip, ip_index++, &found);
	*net = found;
	return 0;
}

void net_free(struct net *net)
{
	if (!net)
		return;
	array_foreach(reservation, &net->reservations) {
		free(reservation->duid.bytes);
		free(reservation->name);
	}
	free(net->reservations.items);
	free(net->ranges.items);
	free(net->subnets.items);
	free(net->name);
	free(net->bridge);
	free(net->forward);
	free(net->zone);
	*net = (struct net){0};
}

void net_list_free(struct net_list *nets)
{
	if (!nets)
		return;
	array_foreach(net, nets)
		net_free(net);
	free(nets->items);
	*nets = (struct net_list){0};
}

const struct net *net_find(const struct net_list *nets, const char *name)
{
	array_foreach(net, nets) {
		if (!strcmp(net->name, name))
			return net;
	}
	return NULL;
}

const struct net *net_find_bridge(const struct net_list *nets, const char *bridge)
{
	array_foreach(net, nets) {
		if (net->bridge && !strcmp(net->bridge, bridge))
			return net;
	}
	return NULL;
}

unsigned int net_prefix(const struct net *net, const struct lease_address *address)
{
	array_foreach(subnet, &net->subnets) {
		if (lease_address_shares(&subnet->gateway, address, subnet->prefix))
			return subnet->prefix;
	}
	return 0;
}

bool net_range_has(const struct net_range *range, const struct lease_address *address)
{
	return range->first.family == address->family &&
	       address_compare(&range->first, address) <= 0 &&
	       address_compare(address, &range->last) <= 0;
}

uint64_t net_range_size(const struct net_range *range)
{
	size_t bytes = range->first.family == AF_INET ? 4 : 16;
	uint64_t difference = 0;

	for (size_t i = 0; i < bytes; i++) {
		if (difference >> 55)
			return UINT64_MAX;
		difference = (difference << 8) + range->last.bytes[i] -
			     range->first.bytes[i];
	}
	return difference + 1;
}

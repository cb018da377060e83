/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network's subnet, DHCP ranges and reservations, from its libvirt XML. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "leases/net.h"
#include "provision/host/network.h"

/* The bits that all addresses of a subnet share; `prefix` is from 1 to 32. */
static uint32_t prefix_mask(unsigned int prefix)
{
	return UINT32_MAX << (32 - prefix);
}

/* NULL if the network has no IPv4 address. */
static const struct net_subnet *subnet_choose(const struct net *net)
{
	const struct net_subnet *chosen = NULL;

	array_foreach(subnet, &net->subnets) {
		if (subnet->gateway.family == AF_INET &&
		    (!chosen || (subnet->has_dhcp && !chosen->has_dhcp)))
			chosen = subnet;
	}
	return chosen;
}

static void range_add(const struct net_range *range, struct network *network)
{
	if (range->first.family == AF_INET)
		*array_add(&network->ranges) = (struct network_range){
			ntohl(range->first.v4.s_addr), ntohl(range->last.v4.s_addr)};
}

static void host_add(struct net_reservation *reservation, struct network *network)
{
	struct network_host *host;

	if (reservation->address.family != AF_INET)
		return;
	host = array_add(&network->hosts);
	host->has_mac = reservation->has_mac;
	memcpy(host->mac, reservation->mac, sizeof(host->mac));
	host->name = TAKE(reservation->name);
	host->address = reservation->address.v4;
}

static void subnet_take(const struct net_subnet *subnet, struct net *net,
			struct network *network)
{
	network->has_subnet = true;
	network->ip_index = (int)subnet->ip_index;
	network->gateway = subnet->gateway.v4;
	network->prefix = subnet->prefix;
	network->has_dhcp = subnet->has_dhcp;
	array_foreach(range, &net->ranges) {
		if (range->ip_index == subnet->ip_index)
			range_add(range, network);
	}
	array_foreach(reservation, &net->reservations) {
		if (reservation->ip_index == subnet->ip_index)
			host_add(reservation, network);
	}
}

int network_parse(const char *xml, size_t size, struct network *network,
		  struct error *error)
{
	CLEANUP(net_free) struct net net = {0};
	const struct net_subnet *subnet;

	if (net_parse(xml, size, &net, error) < 0)
		return -1;
	*network = (struct network){.name = TAKE(net.name), .bridge = TAKE(net.bridge)};
	array_foreach(other, &net.subnets) {
		if (other->gateway.family == AF_INET6) {
			network->has_subnet6 = true;
			network->has_dhcp6 |= other->has_dhcp;
		}
	}
	subnet = subnet_choose(&net);
	if (subnet)
		subnet_take(subnet, &net, network);
	return 0;
}

static void hosts_free(struct network_host_list *hosts)
{
	array_foreach(host, hosts)
		free(host->name);
	free(hosts->items);
}

void network_free(struct network *network)
{
	if (!network)
		return;
	hosts_free(&network->hosts);
	hosts_free(&network->configured);
	free(network->ranges.items);
	free(network->name);
	free(network->bridge);
	*network = (struct network){0};
}

bool network_has_address(const struct network *network, struct in_addr address)
{
	uint32_t number = ntohl(address.s_addr), gateway = ntohl(network->gateway.s_addr);
	uint32_t mask;

	if (!network->has_subnet)
		return false;
	mask = prefix_mask(network->prefix);
	if (number == gateway || (number & mask) != (gateway & mask))
		return false;
	if (network->prefix >= 31)
		return true;
	return (number & ~mask) != 0 && (number & ~mask) != ~mask;
}

const struct network_host *network_hosts_by_mac(const struct network_host_list *hosts,
						const uint8_t mac[static MAC_SIZE])
{
	array_foreach(host, hosts) {
		if (host->has_mac && mac_equal(host->mac, mac))
			return host;
	}
	return NULL;
}

const struct network_host *network_hosts_by_name(const struct network_host_list *hosts,
						 const char *name)
{
	array_foreach(host, hosts) {
		if (host->name && !strcmp(host->name, name))
			return host;
	}
	return NULL;
}

const struct network_host *network_hosts_by_address(const struct network_host_list *hosts,
						    struct in_addr address)
{
	array_foreach(host, hosts) {
		if (host->address.s_addr == address.s_addr)
			return host;
	}
	return NULL;
}

const struct network_host *network_host_by_mac(const struct network *network,
					       const uint8_t mac[static MAC_SIZE])
{
	const struct network_host *host = network_hosts_by_mac(&network->hosts, mac);

	return host ? host : network_hosts_by_mac(&network->configured, mac);
}

const struct network_host *network_host_by_name(const struct network *network,
						const char *name)
{
	const struct network_host *host = network_hosts_by_name(&network->hosts, name);

	return host ? host : network_hosts_by_name(&network->configured, name);
}

const struct network_host *network_host_by_address(const struct network *network,
						   struct in_addr address)
{
	const struct network_host *host = network_hosts_by_address(&network->hosts,
								   address);

	return host ? host : network_hosts_by_address(&network->configured, address);
}

int network_add_configured(struct network *network, const char *xml, size_t size,
			   struct error *error)
{
	CLEANUP(network_free) struct network configuration = {0};

	if (network_parse(xml, size, &configuration, error) < 0)
		return -1;
	/* With another subnet it will be another network, with other reservations. */
	if (configuration.gateway.s_addr != network->gateway.s_addr ||
	    configuration.prefix != network->prefix)
		return 0;
	network->configured = configuration.hosts;
	configuration.hosts = (struct network_host_list){0};
	network->has_configured = true;
	return 0;
}

static int number_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Reserved and taken addresses together, ascending; the caller frees them. */
static uint32_t *used_numbers(const struct network *network, const struct in_addr *taken,
			      size_t count, size_t *used)
{
	uint32_t *numbers = mem_zero(network->hosts.count + network->configured.count +
					     count,
				     sizeof(*numbers));

	*used = 0;
	array_foreach(host, &network->hosts)
		numbers[(*used)++] = ntohl(host->address.s_addr);
	array_foreach(host, &network->configured)
		numbers[(*used)++] = ntohl(host->address.s_addr);
	for (size_t i = 0; i < count; i++)
		numbers[(*used)++] = ntohl(taken[i].s_addr);
	qsort(numbers, *used, sizeof(*numbers), number_compare);
	return numbers;
}

/* Intersects a range with the subnet, so that no address outside of it is tried. */
static struct network_range range_clip(const struct network *network,
				       const struct network_range *range)
{
	uint32_t mask = prefix_mask(network->prefix);
	uint32_t lowest = ntohl(network->gateway.s_addr) & mask, highest = lowest | ~mask;
	struct network_range clipped = *range;

	if (clipped.first < lowest)
		clipped.first = lowest;
	if (clipped.last > highest)
		clipped.last = highest;
	return clipped;
}

int network_pick_address(const struct network *network, const struct in_addr *taken,
			 size_t count, struct in_addr *address, struct error *error)
{
	CLEANUP(free_ptr) uint32_t *used = NULL;
	size_t used_count;

	used = used_numbers(network, taken, count, &used_count);
	array_foreach(range, &network->ranges) {
		struct network_range part = range_clip(network, range);

		for (uint64_t number = part.first; number <= part.last; number++) {
			uint32_t key = (uint32_t)number;
			struct in_addr candidate = {htonl(key)};

			if (!network_has_address(network, candidate) ||
			    bsearch(&key, used, used_count, sizeof(key), number_compare))
				continue;
			*address = candidate;
			return 0;
		}
	}
	return error_set(error, "network %s: no free address in its DHCP range",
			 network->name);
}

char *network_host_xml(const uint8_t mac[static MAC_SIZE], const char *name,
		       struct in_addr address)
{
	char mac_text[MAC_TEXT_MAX], address_text[INET_ADDRSTRLEN];

	mac_format(mac, mac_text);
	inet_ntop(AF_INET, &address, address_text, sizeof(address_text));
	if (!name)
		return mem_format("<host mac=\"%s\" ip=\"%s\"/>", mac_text, address_text);
	return mem_format("<host mac=\"%s\" name=\"%s\" ip=\"%s\"/>", mac_text, name,
			  address_text);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt's XML says about a network: its subnet, DHCP range and reservations. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/xml.h"
#include "provision/network.h"

static int address_get(struct xml *xml, xmlNodePtr from, const char *path,
		       struct in_addr *address)
{
	CLEANUP(free_ptr) char *text = xml_string(xml, from, path);

	return text && inet_pton(AF_INET, text, address) == 1 ? 0 : -1;
}

/* The bits that all addresses of a subnet share; `prefix` is from 1 to 32. */
static uint32_t prefix_mask(unsigned int prefix)
{
	return UINT32_MAX << (32 - prefix);
}

/* <ip> has a prefix or a netmask; without either the address's class tells (RFC 791). */
static unsigned int prefix_get(struct xml *xml, xmlNodePtr ip, struct in_addr address)
{
	struct in_addr netmask;
	uint64_t prefix;

	if (xml_number(xml, ip, "@prefix", &prefix) == 0 && prefix >= 1 && prefix <= 32)
		return (unsigned int)prefix;
	if (address_get(xml, ip, "@netmask", &netmask) == 0 && netmask.s_addr) {
		unsigned int bits = (unsigned int)__builtin_popcount(netmask.s_addr);

		if (ntohl(netmask.s_addr) == prefix_mask(bits))
			return bits;
	}
	if (ntohl(address.s_addr) >> 31 == 0)
		return 8;
	return ntohl(address.s_addr) >> 30 == 2 ? 16 : 24;
}

static void range_add(struct xml *xml, xmlNodePtr node, struct network *network)
{
	struct network_range *range;
	struct in_addr first, last;

	if (address_get(xml, node, "@start", &first) < 0 ||
	    address_get(xml, node, "@end", &last) < 0 ||
	    ntohl(first.s_addr) > ntohl(last.s_addr))
		return;
	range = array_add(&network->ranges);
	range->first = ntohl(first.s_addr);
	range->last = ntohl(last.s_addr);
}

static void host_add(struct xml *xml, xmlNodePtr node, struct network *network)
{
	CLEANUP(free_ptr) char *mac = xml_string(xml, node, "@mac");
	struct network_host host = {0};

	if (address_get(xml, node, "@ip", &host.address) < 0)
		return;
	host.has_mac = mac && mac_parse(mac, host.mac, NULL) == 0;
	host.name = xml_string(xml, node, "@name");
	*array_add(&network->hosts) = host;
}

/* Leaves the network alone when the address makes no sense. */
static void subnet_read(struct xml *xml, xmlNodePtr ip, struct network *network)
{
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr ranges = xml_nodes(xml, ip, "dhcp/range");
	CLEANUP(xmlXPathFreeObject_ptr)
	xmlXPathObjectPtr hosts = xml_nodes(xml, ip, "dhcp/host");

	if (address_get(xml, ip, "@address", &network->gateway) < 0)
		return;
	network->has_subnet = true;
	for (xmlNodePtr node = ip->prev; node; node = node->prev)
		network->ip_index += !xmlStrcmp(node->name, BAD_CAST "ip");
	network->prefix = prefix_get(xml, ip, network->gateway);
	xml_foreach(range, ranges) range_add(xml, range, network);
	xml_foreach(host, hosts) host_add(xml, host, network);
	network->has_dhcp = network->ranges.count || network->hosts.count;
}

int network_parse(const char *text, size_t size, struct network *network,
		  struct error *error)
{
	static const char v4[] = "ip[not(@family) or @family='ipv4']";
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *with_dhcp = mem_format("/network/%s[dhcp]", v4);
	CLEANUP(free_ptr) char *any = mem_format("/network/%s", v4);
	struct network found = {0};
	const char *paths[] = {with_dhcp, any};

	if (xml_parse(&xml, text, size, error) < 0)
		return -1;
	found.name = xml_string(&xml, NULL, "/network/name");
	if (!found.name)
		return error_set(error, "no network");
	found.bridge = xml_string(&xml, NULL, "/network/bridge/@name");
	for (size_t i = 0; i < ARRAY_LENGTH(paths) && !found.has_subnet; i++) {
		CLEANUP(xmlXPathFreeObject_ptr)
		xmlXPathObjectPtr nodes = xml_nodes(&xml, NULL, paths[i]);

		xml_foreach(ip, nodes)
		{
			if (!found.has_subnet)
				subnet_read(&xml, ip, &found);
		}
	}
	*network = found;
	return 0;
}

void network_free(struct network *network)
{
	if (!network)
		return;
	array_foreach(host, &network->hosts)
		free(host->name);
	free(network->hosts.items);
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

const struct network_host *network_host_by_mac(const struct network *network,
					       const uint8_t mac[static MAC_SIZE])
{
	array_foreach(host, &network->hosts) {
		if (host->has_mac && mac_equal(host->mac, mac))
			return host;
	}
	return NULL;
}

const struct network_host *network_host_by_address(const struct network *network,
						   struct in_addr address)
{
	array_foreach(host, &network->hosts) {
		if (host->address.s_addr == address.s_addr)
			return host;
	}
	return NULL;
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
	uint32_t *numbers = mem_zero(network->hosts.count + count, sizeof(*numbers));

	*used = 0;
	array_foreach(host, &network->hosts)
		numbers[(*used)++] = ntohl(host->address.s_addr);
	for (size_t i = 0; i < count; i++)
		numbers[(*used)++] = ntohl(taken[i].s_addr);
	qsort(numbers, *used, sizeof(*numbers), number_compare);
	return numbers;
}

/* The part of a range that is the subnet's, which is never large in vain. */
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

	/* A machine's name has no character that XML would want escaped. */
	return mem_format(
		"<host mac='%s' name='%s' ip='%s'/>", mac_format(mac, mac_text), name,
		inet_ntop(AF_INET, &address, address_text, sizeof(address_text)));
}

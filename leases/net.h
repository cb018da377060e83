/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A libvirt network: its subnets, DHCP ranges and reservations, for IPv4 and IPv6. */
#ifndef LEASES_NET_H
#define LEASES_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "leases/lease.h"

struct net_subnet {
	unsigned int ip_index;	      /* index of its <ip> element, from 0 */
	struct lease_address gateway; /* the address of the host */
	unsigned int prefix;	      /* bits, at least 1 */
	bool has_dhcp;		      /* it has ranges or reservations */
};

struct net_range {
	unsigned int ip_index;		  /* of its subnet */
	struct lease_address first, last; /* of one family; first <= last, inclusive */
};

struct net_reservation {
	unsigned int ip_index; /* of its subnet */
	bool has_mac;
	uint8_t mac[MAC_SIZE];
	struct lease_id duid; /* IPv6: of the client; owned */
	char *name;	      /* owned; NULL: none */
	struct lease_address address;
};

/* Texts are owned; NULL when there is none. */
struct net {
	char *name;
	char *bridge;
	char *forward; /* the mode of <forward>: "nat", "bridge", ... */
	char *zone;    /* of firewalld, that its XML names */
	bool active;
	ARRAY(struct net_subnet) subnets;
	ARRAY(struct net_range) ranges;
	ARRAY(struct net_reservation) reservations;
};

struct net_list {
	struct net *items;
	size_t count;
	size_t capacity;
};

/*
 * Reads `size` bytes of <network> (https://libvirt.org/formatnetwork.html), which does
 * not say whether it is `active`. An invalid range or reservation, or one without an
 * address, is skipped. If a reservation has a DUID with a MAC in it, it is for that MAC.
 * Fails if the text is not a network; `net` is then unchanged. The caller frees it.
 */
int net_parse(const char *xml, size_t size, struct net *net, struct error *error);
void net_free(struct net *net);
void net_list_free(struct net_list *nets);

/* NULL when there is none. */
const struct net *net_find(const struct net_list *nets, const char *name);
const struct net *net_find_bridge(const struct net_list *nets, const char *bridge);

/* The prefix length of the subnet that has the address; 0 when there is none. */
unsigned int net_prefix(const struct net *net, const struct lease_address *address);

/* Whether the address is in the range. */
bool net_range_has(const struct net_range *range, const struct lease_address *address);

/* How many addresses the range has, at most UINT64_MAX. */
uint64_t net_range_size(const struct net_range *range);

#endif

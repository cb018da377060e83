/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A libvirt network: its subnets, DHCP ranges and reservations, of both families. */
#ifndef LEASES_NET_H
#define LEASES_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "leases/lease.h"

struct net_subnet {
	unsigned int ip_index;	      /* place of its <ip> among all, from 0 */
	struct lease_address gateway; /* the host's own address there */
	unsigned int prefix;	      /* bits, at least 1 */
	bool has_dhcp;		      /* ranges or reservations */
};

struct net_range {
	unsigned int ip_index;		  /* its subnet's */
	struct lease_address first, last; /* of one family, both included, in order */
};

struct net_reservation {
	unsigned int ip_index; /* its subnet's */
	bool has_mac;
	uint8_t mac[MAC_SIZE];
	struct lease_id duid; /* IPv6: whom it is for; owned */
	char *name;	      /* owned; NULL: none */
	struct lease_address address;
};

/* Zeroed knows nothing; texts are owned, NULL when there is none. */
struct net {
	char *name;
	char *bridge;
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
 * Reads <network> (https://libvirt.org/formatnetwork.html), `size` bytes; all but
 * `active`, which is not in there. A range or reservation that makes no sense, or has no
 * address, is passed over. A reservation with a DUID that holds a MAC is that MAC's.
 * Fails when it is no network; `net` is then left alone. The caller frees it.
 */
int net_parse(const char *xml, size_t size, struct net *net, struct error *error);
void net_free(struct net *net);
void net_list_free(struct net_list *nets);

/* NULL when there is none. */
const struct net *net_find(const struct net_list *nets, const char *name);
const struct net *net_find_bridge(const struct net_list *nets, const char *bridge);

/* The prefix length of the subnet that the address is in; 0: in none. */
unsigned int net_prefix(const struct net *net, const struct lease_address *address);

/* Whether the address is between the range's ends. */
bool net_range_has(const struct net_range *range, const struct lease_address *address);

/* How many addresses the range has; UINT64_MAX stands for all above. */
uint64_t net_range_size(const struct net_range *range);

#endif

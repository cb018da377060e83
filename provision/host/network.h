/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network's subnet, DHCP ranges and reservations, from its libvirt XML. */
#ifndef PROVISION_HOST_NETWORK_H
#define PROVISION_HOST_NETWORK_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/mem.h"
#include "leases/mac.h"

struct network_range {
	uint32_t first, last; /* addresses in host order, both included */
};

struct network_host {
	bool has_mac;
	uint8_t mac[MAC_SIZE];
	char *name; /* NULL: none */
	struct in_addr address;
};

/* Reservations with an IPv4 address. */
struct network_host_list {
	struct network_host *items;
	size_t count, capacity;
};

/* The first IPv4 subnet with a DHCP server, else the first one. */
struct network {
	char *name;
	char *bridge;		/* NULL: none */
	bool is_bridge;		/* not libvirt's: only a bridge of that name */
	bool has_subnet;	/* gateway and prefix are known */
	int ip_index;		/* index of its <ip> element, from 0 */
	struct in_addr gateway; /* the host's address there */
	unsigned int prefix;	/* bits, from 1 to 32 */
	bool has_dhcp;
	/* The network has IPv6 subnets, and DHCPv6 in one. Not in facts of others. */
	bool has_subnet6, has_dhcp6;
	ARRAY(struct network_range) ranges; /* empty without a subnet */
	struct network_host_list hosts;	    /* of the running network */
	/* Those of its configuration, which the network has after its next start. */
	struct network_host_list configured;
	bool has_configured; /* they were read; false: they count as the same */
};

/*
 * Reads <network> (https://libvirt.org/formatnetwork.html). Invalid entries are skipped;
 * fails if it is not a network. The caller frees `network`.
 */
int network_parse(const char *xml, size_t size, struct network *network,
		  struct error *error);
void network_free(struct network *network);

/* Whether the address is a host of the subnet: not its network, broadcast or gateway
 * address. */
bool network_has_address(const struct network *network, struct in_addr address);

/* The reservation of the list with that MAC address, address or name; NULL if none
 * exists. */
const struct network_host *network_hosts_by_mac(const struct network_host_list *hosts,
						const uint8_t mac[static MAC_SIZE]);
const struct network_host *network_hosts_by_address(const struct network_host_list *hosts,
						    struct in_addr address);
const struct network_host *network_hosts_by_name(const struct network_host_list *hosts,
						 const char *name);

/* The same of the running network, else of its configuration. */
const struct network_host *network_host_by_mac(const struct network *network,
					       const uint8_t mac[static MAC_SIZE]);
const struct network_host *network_host_by_address(const struct network *network,
						   struct in_addr address);
const struct network_host *network_host_by_name(const struct network *network,
						const char *name);

/*
 * Adds the reservations of the network's persistent configuration, whose XML this is,
 * unless that has another subnet, so that none of them applies now. The rest of it is
 * ignored. Fails if it is not a network.
 */
int network_add_configured(struct network *network, const char *xml, size_t size,
			   struct error *error);

/*
 * The first address of the DHCP ranges that is in the subnet, not reserved, and not among
 * the `count` in `taken`. -1 if there is none.
 */
int network_pick_address(const struct network *network, const struct in_addr *taken,
			 size_t count, struct in_addr *address, struct error *error);

/* <host mac= name= ip=/> for virNetworkUpdate(); the caller owns it. `name` is a
 * machine's name, which has no character to escape; NULL: left out, which is enough to
 * delete an entry. */
char *network_host_xml(const uint8_t mac[static MAC_SIZE], const char *name,
		       struct in_addr address);

#endif

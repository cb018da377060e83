/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt's XML says about a network: its subnet, DHCP range and reservations. */
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

/* The first IPv4 subnet with a DHCP server, else the first at all. */
struct network {
	char *name;
	char *bridge;		/* NULL: none of libvirt's */
	bool has_subnet;	/* gateway and prefix are known */
	int ip_index;		/* place of its <ip> among all, from 0 */
	struct in_addr gateway; /* the host's address there */
	unsigned int prefix;	/* bits, from 1 to 32 */
	bool has_dhcp;
	ARRAY(struct network_range) ranges; /* none without a subnet */
	ARRAY(struct network_host) hosts;   /* reservations with an IPv4 address */
};

/*
 * Reads <network> (https://libvirt.org/formatnetwork.html). Entries that make no sense
 * are passed over; fails when it is no network. The caller frees `network`.
 */
int network_parse(const char *xml, size_t size, struct network *network,
		  struct error *error);
void network_free(struct network *network);

/* Whether the address is one of the subnet's hosts: not its net, broadcast or gateway. */
bool network_has_address(const struct network *network, struct in_addr address);

/* The reservation of a MAC, of an address, or of a name; NULL when there is none. */
const struct network_host *network_host_by_mac(const struct network *network,
					       const uint8_t mac[static MAC_SIZE]);
const struct network_host *network_host_by_address(const struct network *network,
						   struct in_addr address);

const struct network_host *network_host_by_name(const struct network *network,
						const char *name);

/*
 * The first address of the DHCP ranges that is the subnet's, reserved for nobody and not
 * one of the `count` in `taken`. -1 when there is none.
 */
int network_pick_address(const struct network *network, const struct in_addr *taken,
			 size_t count, struct in_addr *address, struct error *error);

/* <host mac= name= ip=/> for virNetworkUpdate(), `name` that of a machine of a batch,
 * which has nothing to escape; the caller owns it. */
char *network_host_xml(const uint8_t mac[static MAC_SIZE], const char *name,
		       struct in_addr address);

#endif

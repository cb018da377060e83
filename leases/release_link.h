/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends releases from this host to the dnsmasq on a bridge. */
#ifndef LEASES_RELEASE_LINK_H
#define LEASES_RELEASE_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "leases/lease.h"
#include "leases/release_packet.h"

struct bridge_address {
	struct lease_address address;
	unsigned int prefix;
};

struct release_link {
	char bridge[IFNAMSIZ];
	unsigned int index;
	ARRAY(struct bridge_address) addresses; /* IPv4, in the kernel's order */
	int v4_fd;
	int v6_fd;
};

/* Looks up the bridge in the kernel. Fails when it does not exist; `link` is then closed.
 * Otherwise the caller closes it. */
int release_link_open(struct release_link *link, const char *bridge, struct error *error);
void release_link_close(struct release_link *link);

/*
 * Sends the release of a lease and does not wait for a reply. IPv4: to the bridge's
 * address in the lease's subnet, which is also the server identifier. IPv6: to all DHCP
 * servers on the bridge (ff02::1:2, RFC 8415, section 7.1), since dnsmasq refuses
 * unicast.
 */
int release_link_send(struct release_link *link, const struct lease *lease,
		      uint32_t transaction, struct error *error);

/*
 * Receives the next reply of a DHCPv6 server; false when there is none among the next
 * RELEASE_LINK_PACKETS_MAX packets. This is limited since every guest can send packets.
 */
enum { RELEASE_LINK_PACKETS_MAX = 64 };
bool release_link_receive(struct release_link *link, struct release_reply *reply);

#endif

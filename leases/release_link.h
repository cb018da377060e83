/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The way from this host to the dnsmasq on a bridge. */
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

/* Looks the bridge up in the kernel; fails when it is not there, with `link` closed. The
 * caller closes it. */
int release_link_open(struct release_link *link, const char *bridge, struct error *error);
void release_link_close(struct release_link *link);

/*
 * Sends the release of a lease, without waiting. IPv4: to the bridge's own address in the
 * lease's subnet, which is also the server's identity. IPv6: to all DHCP servers on the
 * bridge (ff02::1:2, RFC 8415, section 7.1), since dnsmasq refuses unicast.
 */
int release_link_send(struct release_link *link, const struct lease *lease,
		      uint32_t transaction, struct error *error);

/*
 * The next answer of a DHCPv6 server that has come in; false when there is none among the
 * next RELEASE_LINK_PACKETS_MAX packets: every guest on the bridge can send there.
 */
enum { RELEASE_LINK_PACKETS_MAX = 64 };
bool release_link_receive(struct release_link *link, struct release_reply *reply);

#endif

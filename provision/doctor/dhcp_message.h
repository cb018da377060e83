/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages by which a client without an address finds a DHCP server. */
#ifndef PROVISION_DOCTOR_DHCP_MESSAGE_H
#define PROVISION_DOCTOR_DHCP_MESSAGE_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "leases/mac.h"

/* Bytes of a DHCPDISCOVER, with the headers of IPv4 and UDP. */
enum { DHCP_DISCOVER_SIZE = 20 + 8 + 300 };

/*
 * Writes a DHCPDISCOVER (RFC 2131, section 4.4.1) of a client with that MAC, which wants
 * replies by broadcast, as an IPv4 packet. It takes no lease.
 */
void dhcp_discover_build(const uint8_t mac[static MAC_SIZE], uint32_t transaction,
			 uint8_t packet[static DHCP_DISCOVER_SIZE]);

struct dhcp_offer {
	struct in_addr address;
	struct in_addr server;
	struct in_addr router; /* 0: none */
	unsigned int prefix;   /* bits; 24 if the server says nothing valid */
};

/* Reads an IPv4 packet of `size` bytes; -1 if it is not the DHCPOFFER for that client and
 * transaction. `offer` is then unchanged. */
int dhcp_offer_parse(const uint8_t *packet, size_t size,
		     const uint8_t mac[static MAC_SIZE], uint32_t transaction,
		     struct dhcp_offer *offer);

#endif

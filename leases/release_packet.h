/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages by which a client gives its lease back, and the answer of DHCPv6. */
#ifndef LEASES_RELEASE_PACKET_H
#define LEASES_RELEASE_PACKET_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "leases/lease.h"

enum {
	RELEASE_PACKET_MAX = 768,
	RELEASE_TRANSACTION_MAX = 0xffffff, /* DHCPv6 has 24 bits */
	RELEASE_MESSAGE_MAX = 128,
	RELEASE_STATUS_SUCCESS = 0,
	RELEASE_STATUS_NO_BINDING = 3,
};

/*
 * Writes the release of `lease` to `packet` and its size in bytes to `*size`.
 *
 * IPv4: DHCPRELEASE (RFC 2131, section 4.4.6) from the lease's MAC and address, to the
 * server with the address `server`. It has the client-id exactly as it is stored, and
 * none if there is none, since dnsmasq looks a lease up by that; and no requested
 * address, since dnsmasq then forgets the client's one.
 *
 * IPv6: RELEASE (RFC 8415, section 18.2.7) with the lease's DUID, IAID and address, to
 * the server with its server DUID; `server` does not matter.
 *
 * Fails on a lease that lacks one of these.
 */
int release_packet_build(const struct lease *lease, struct in_addr server,
			 uint32_t transaction, uint8_t packet[static RELEASE_PACKET_MAX],
			 size_t *size, struct error *error);

struct release_reply {
	uint32_t transaction;
	/* RFC 8415, section 21.13: the first that is no success, wherever in the reply */
	uint16_t status;
	char message[RELEASE_MESSAGE_MAX]; /* what the server says to it; any bytes */
};

/*
 * Reads a DHCPv6 REPLY of `size` bytes. Fails, with `reply` left alone, on other messages
 * and on options that do not fit into the packet.
 */
int release_reply_parse(const uint8_t *packet, size_t size, struct release_reply *reply);

#endif

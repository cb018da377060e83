/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the messages by which a client releases its lease, and reads DHCPv6's reply. */
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
 * server with the address `server`. It has the client-id exactly as stored, or none if
 * the lease has none, since dnsmasq looks up the lease by it. It has no requested
 * address, since dnsmasq would then ignore the client's address.
 *
 * IPv6: RELEASE (RFC 8415, section 18.2.7) with the lease's DUID, IAID and address, to
 * the server with the lease's server DUID; `server` is not used.
 *
 * Fails if the lease lacks one of these.
 */
int release_packet_build(const struct lease *lease, struct in_addr server,
			 uint32_t transaction, uint8_t packet[static RELEASE_PACKET_MAX],
			 size_t *size, struct error *error);

struct release_reply {
	uint32_t transaction;
	/* RFC 8415, section 21.13: the first in the reply, at any depth, that is not
	 * success
	 */
	uint16_t status;
	char message[RELEASE_MESSAGE_MAX]; /* the server's text for it; any bytes */
};

/*
 * Reads a DHCPv6 REPLY of `size` bytes. Fails on other messages and on options that are
 * larger than the packet; `reply` is then unchanged.
 */
int release_reply_parse(const uint8_t *packet, size_t size, struct release_reply *reply);

#endif

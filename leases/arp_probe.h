/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking a bridge's Ethernet who has an address. */
#ifndef LEASES_ARP_PROBE_H
#define LEASES_ARP_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "leases/lease.h"

enum { ARP_PACKET_SIZE = 28 };

struct arp_probe {
	struct lease_address address; /* IPv4 */
	bool answered;
};

/*
 * Sends an ARP probe (RFC 5227, section 2.1.1: of nobody's address, so that no cache is
 * changed) for each address on `bridge`, once more after half of the time, and sets
 * `answered` of those whose owner is heard within `wait_ms`. Fails when a probe can't be
 * sent, or answers may be lost since others send too much: `answered` is no less true
 * then, but silence means nothing. Needs CAP_NET_RAW.
 */
int arp_probe_run(const char *bridge, struct arp_probe *probes, size_t count,
		  unsigned int wait_ms, struct error *error);

/* The address of the sender of an ARP packet (RFC 826) of Ethernet and IPv4; false for
 * another packet. */
bool arp_sender(const uint8_t *packet, size_t size, uint8_t address[static 4]);

#endif

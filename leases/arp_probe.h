/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out by ARP whether an IPv4 address is in use on a bridge. */
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
 * Sends an ARP probe for each address on `bridge`, again after half of the time, and sets
 * `answered` if a reply comes within `wait_ms`. The probe has no sender address, so that
 * it changes no ARP cache (RFC 5227, section 2.1.1). Fails when a probe can't be sent,
 * and when replies may be lost because too many packets arrive: `answered` is still
 * correct where it is true, and means nothing where it is false. Needs CAP_NET_RAW.
 */
int arp_probe_run(const char *bridge, struct arp_probe *probes, size_t count,
		  unsigned int wait_ms, struct error *error);

/* Reads the sender's address from an ARP packet for Ethernet and IPv4 (RFC 826); false
 * for other packets. */
bool arp_sender(const uint8_t *packet, size_t size, uint8_t address[static 4]);

#endif

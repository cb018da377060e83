/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the kernel's neighbour table (ARP and NDP): which MAC has an address. */
#ifndef LEASES_NEIGHBOURS_H
#define LEASES_NEIGHBOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "leases/lease.h"

struct neighbour {
	struct lease_address address;
	uint8_t mac[MAC_SIZE];
	int interface; /* index of the host's interface */
};

struct neighbour_list {
	ARRAY(struct neighbour) all;
};

/*
 * Reads the table of the current network namespace (rtnetlink(7), RTM_GETNEIGH). libvirt
 * 9 fails with "wrong nlmsg len" if the kernel ends its reply in the last packet, so that
 * its API does not suffice.
 */
int neighbours_read(struct neighbour_list *neighbours, struct error *error);
void neighbours_free(struct neighbour_list *neighbours);

/*
 * Appends the neighbours of a packet of `size` bytes that have an Ethernet address and
 * have replied (NUD_REACHABLE, STALE, DELAY, PROBE) or are permanent. Sets `*done` at the
 * end of the kernel's reply. Fails if the packet is invalid or reports an error.
 */
int neighbours_parse(const uint8_t *packet, size_t size,
		     struct neighbour_list *neighbours, bool *done, struct error *error);

#endif

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
	int interface;	    /* index of the host's interface */
	uint64_t silent_ms; /* since it last replied; UINT64_MAX: not known */
};

struct neighbour_list {
	ARRAY(struct neighbour) all;
	bool is_read;	  /* by neighbours_read() */
	uint64_t read_ms; /* when that was (clock_ms()) */
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

/*
 * Whether a neighbour of `list` is not in `before`, which was read earlier, or has
 * replied since. Entries of a guest that has gone stay in the table.
 */
bool neighbour_is_new(const struct neighbour *neighbour,
		      const struct neighbour_list *list,
		      const struct neighbour_list *before);

/*
 * Has the kernel find out whether a neighbour still replies, which takes it some seconds
 * to begin with: sends it a datagram for the service that discards everything (RFC 863).
 */
void neighbour_poke(const struct neighbour *neighbour);

#endif

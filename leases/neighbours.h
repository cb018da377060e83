/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's neighbour table: which address has been seen at which MAC (ARP, NDP). */
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
	int interface; /* its index */
};

struct neighbour_list {
	ARRAY(struct neighbour) all;
};

/*
 * Reads the table of our network namespace (rtnetlink(7), RTM_GETNEIGH). libvirt 9 can't
 * where the kernel puts the end of the answer into the last packet: "wrong nlmsg len".
 */
int neighbours_read(struct neighbour_list *neighbours, struct error *error);
void neighbours_free(struct neighbour_list *neighbours);

/*
 * Appends what a packet of `size` bytes tells: neighbours with an Ethernet address that
 * have answered (NUD_REACHABLE, STALE, DELAY, PROBE) or are permanent. `*done` is set by
 * the end of the answer. Fails on a packet that makes no sense, and on a refusal.
 */
int neighbours_parse(const uint8_t *packet, size_t size,
		     struct neighbour_list *neighbours, bool *done, struct error *error);

#endif

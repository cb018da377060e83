/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares two lists of leases: which were added, changed, renewed or removed. */
#ifndef LEASES_LEASE_CHANGES_H
#define LEASES_LEASE_CHANGES_H

#include "leases/result.h"

enum lease_change {
	LEASE_ADDED,
	LEASE_CHANGED, /* the machine or the host name differs */
	LEASE_RENEWED, /* only the expiry differs */
	LEASE_REMOVED, /* released or expired */
};

/* "added", "changed", "renewed", "removed". */
const char *lease_change_word(enum lease_change change);

/*
 * Calls `report` with `data` for each lease that differs: first for removed leases, from
 * `before`, then for all others, from `after`. Two entries are the same lease if their
 * hypervisor, network (or bridge), address, MAC, client-id and IAID are equal. Sorts both
 * lists. Time is n log n.
 */
void lease_changes(struct result_list *before, struct result_list *after,
		   void (*report)(void *data, enum lease_change change,
				  const struct result *result),
		   void *data);

#endif

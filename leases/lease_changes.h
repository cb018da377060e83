/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has become of leases from one look at them to the next. */
#ifndef LEASES_LEASE_CHANGES_H
#define LEASES_LEASE_CHANGES_H

#include "leases/result.h"

enum lease_change {
	LEASE_ADDED,
	LEASE_CHANGED, /* another machine or host name */
	LEASE_RENEWED, /* nothing but another expiry */
	LEASE_REMOVED, /* gone or expired */
};

/* "added", "changed", "renewed", "removed". */
const char *lease_change_word(enum lease_change change);

/*
 * Calls `told` with `data` for each lease that differs: removed ones, as they were,
 * before all others, as they are. A lease is the same as long as hypervisor, network (or
 * bridge), address, MAC, client-id and IAID are. Sorts both lists. Time is n log n.
 */
void lease_changes(struct result_list *before, struct result_list *after,
		   void (*told)(void *data, enum lease_change change,
				const struct result *result),
		   void *data);

#endif

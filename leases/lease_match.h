/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the leases of a NIC. */
#ifndef LEASES_LEASE_MATCH_H
#define LEASES_LEASE_MATCH_H

#include "leases/lease.h"

/*
 * Appends copies of all leases of `mac`, of any family and client-id, in their order. A
 * MAC that was read from a DUID is used only if all leases with this DUID have the same
 * IAID. Otherwise several NICs use the DUID (a guest keeps it when it gets another NIC,
 * and a clone has that of its original), and its MAC does not identify the NIC.
 */
void lease_match(const struct lease_list *leases, const uint8_t mac[static MAC_SIZE],
		 struct lease_list *found);

#endif

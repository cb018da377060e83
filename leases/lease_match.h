/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which leases are those of a network card. */
#ifndef LEASES_LEASE_MATCH_H
#define LEASES_LEASE_MATCH_H

#include "leases/lease.h"

/*
 * Appends copies of all leases of `mac`, whatever their family and client-id, in their
 * order. A MAC that was guessed from a DUID counts only if no lease has that DUID with
 * another IAID: a DUID stays with a guest that gets another card, and goes along when a
 * guest is cloned, so one that several cards use says nothing about which of them it is.
 */
void lease_match(const struct lease_list *leases, const uint8_t mac[static MAC_SIZE],
		 struct lease_list *found);

#endif

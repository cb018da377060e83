/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explains why a machine has no address. */
#ifndef LEASES_EXPLAIN_H
#define LEASES_EXPLAIN_H

#include "common/error.h"
#include "leases/query.h"

/*
 * Adds to `reasons` why reservations and leases have no result for each NIC of the
 * machines that match the target. A target that matches no machine gets one line. The
 * replies of agent, ARP table and script are in the notes of the hypervisors' facts.
 */
void explain_target(const struct query *query, const struct target *target,
		    struct error_list *reasons);

#endif

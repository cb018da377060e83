/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why there is no address: what each source said. */
#ifndef LEASES_EXPLAIN_H
#define LEASES_EXPLAIN_H

#include "common/error.h"
#include "leases/query.h"

/*
 * Adds to `reasons`, for each card of the machines that the target means and that has no
 * result, what reservations and leases say of it; for other targets the same in one line.
 * What agent, ARP and script said is in the notes of the hypervisors.
 */
void explain_target(const struct query *query, const struct target *target,
		    struct error_list *reasons);

#endif

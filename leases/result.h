/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A result: one address of one NIC from one source, and which sources disagree. */
#ifndef LEASES_RESULT_H
#define LEASES_RESULT_H

#include <stddef.h>

#include "leases/address_filter.h"
#include "leases/lease.h"
#include "leases/machine_nics.h"
#include "leases/net.h"
#include "leases/source_order.h"

struct result {
	struct lease lease;	/* owned */
	const char *hypervisor; /* URI, borrowed; NULL: the default one */
	size_t host;		/* index of the hypervisor on the command line */
	size_t rank;		/* of the source; 0 is trusted most */
	char *disagrees;	/* sources that have only other addresses of this family
				   for the NIC, as "agent 10.0.0.7"; owned; NULL: none */
};

struct result_list {
	struct result *items;
	size_t count;
	size_t capacity;
};

void result_list_free(struct result_list *results);

/* The facts about one hypervisor that results are created from. */
struct result_input {
	const char *hypervisor;
	size_t host;
	const struct net_list *nets;
	const struct machine_list *machines;
	struct lease_list *leases; /* moved to the results; empty afterwards */
	struct lease_list *others; /* of all other sources; the same */
	uint64_t now_s;		   /* leases that expire by then are left out */
	/* Selects leases; NULL: all. */
	bool (*wanted)(const void *data, const struct lease *lease,
		       const struct machine *machine);
	const void *wanted_data;
};

/*
 * Appends a result for each reservation of an active network and for each live address,
 * if `order` has its source and `filter` accepts it. Machine, network and prefix are
 * added where they can be found by MAC or network.
 */
void results_add(struct result_list *results, struct result_input *input,
		 const struct source_order *order, const struct address_filter *filter);

/*
 * Sorts by hypervisor, machine (those without one last), NIC and result_compare(), then
 * sets `disagrees`.
 */
void results_finish(struct result_list *results);

/*
 * Compares two results of one machine; the better one is first: by rank of the source,
 * then IPv4 before IPv6, then by later expiry (never is the latest), then by address.
 */
int result_compare(const struct result *a, const struct result *b);

#endif

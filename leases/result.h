/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An result: one address that one source gives for one card, and what others say to it.
 */
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
	const char *hypervisor; /* borrowed: its URI; NULL: the default one */
	size_t host;		/* its number, in the order of the command line */
	size_t rank;		/* of the source: 0 is believed first */
	char *disagrees;	/* "agent 10.0.0.7": sources that know the card with other
				   addresses of the family only; owned, NULL: none */
};

struct result_list {
	struct result *items;
	size_t count;
	size_t capacity;
};

void result_list_free(struct result_list *results);

/* Where results are made of: what is known about one hypervisor. */
struct result_input {
	const char *hypervisor;
	size_t host;
	const struct net_list *nets;
	const struct machine_list *machines;
	struct lease_list *leases; /* emptied: their parts are moved to the results */
	struct lease_list *others; /* of all further sources; emptied as well */
	uint64_t now_s;		   /* leases that expire then or before are left out */
	/* Of leases only those that it takes; NULL: all. */
	bool (*wanted)(const void *data, const struct lease *lease,
		       const struct machine *machine);
	const void *wanted_data;
};

/*
 * Appends an result for each reservation of an active network and each live address,
 * except of those sources and addresses that are not asked for. Machine, network and
 * prefix are filled in as far as MAC and network tell them.
 */
void results_add(struct result_list *results, struct result_input *input,
		 const struct source_order *order, const struct address_filter *filter);

/*
 * Sorts by hypervisor, machine (those without one at the end) and card, each card's as
 * result_compare() has it, then sets `disagrees`.
 */
void results_finish(struct result_list *results);

/*
 * Which of two results about one machine is the better one: by rank of the source, then
 * IPv4 before IPv6, then the later expiry (never is the latest), then by address.
 */
int result_compare(const struct result *a, const struct result *b);

#endif

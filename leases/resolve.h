/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what a user calls a machine to its addresses, best first. */
#ifndef LEASES_RESOLVE_H
#define LEASES_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "leases/machine_nics.h"
#include "leases/result.h"

/* Whom a word means. Borrows the word and the machines. */
struct target {
	const char *word;
	enum target_kind {
		TARGET_MACHINE,
		TARGET_MAC,
		TARGET_ADDRESS,
		TARGET_HOSTNAME,
	} kind;
	const char *machine; /* TARGET_MACHINE: its name */
	bool one_host; /* TARGET_MACHINE: it was a UUID, so only this hypervisor's */
	size_t host;
	uint8_t mac[MAC_SIZE];	      /* TARGET_MAC */
	struct lease_address address; /* TARGET_ADDRESS */
};

/*
 * A machine of that exact name on any of the `count` hypervisors; else one with that
 * UUID; else a MAC or an address; else a host name. The name of a machine never means a
 * host that merely says it has that name.
 */
struct target target_make(const char *word, const struct machine_list *const *machines,
			  size_t count);

/* Whether the machine, of hypervisor number `host`, is meant, or has a card that is. */
bool target_means(const struct target *target, size_t host,
		  const struct machine *machine);

/* Whether the lease, of hypervisor number `host` and of the machine of that name (NULL:
 * of none), is one for the target. Host names match in any case. */
bool target_takes_lease(const struct target *target, size_t host,
			const struct lease *lease, const char *machine);

/* The same for an result. */
bool target_takes(const struct target *target, const struct result *result);

/* Answers, borrowed. */
struct result_refs {
	const struct result **items;
	size_t count;
	size_t capacity;
};

/* Those for the target, best first (result_compare()). The caller frees refs->items. */
void target_results(const struct target *target, const struct result_list *results,
		    struct result_refs *refs);

/* Drops all but the first result with each address. */
void result_refs_unique(struct result_refs *refs);

/* What a wait for a target is over by. */
struct target_wait {
	const char *network; /* on it only; NULL: on any and none */
	bool any;	     /* one card is enough */
	/* A reservation counts as an address, though nobody may have it yet. */
	bool reservations;
};

/*
 * Whether the wait is over: each card (or any) of the machines that are meant, which are
 * all active, has an result among `refs`. For MACs and host names one result is enough.
 * For machines without a card it never is.
 */
bool target_complete(const struct target *target, const struct result_refs *refs,
		     const struct machine_list *const *machines, size_t count,
		     const struct target_wait *wait);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resolves what the user names to addresses, best first. */
#ifndef LEASES_RESOLVE_H
#define LEASES_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "leases/machine_nics.h"
#include "leases/result.h"

/* What an operand names. Borrows the word and the machines. */
struct target {
	const char *word;
	enum target_kind {
		TARGET_MACHINE,
		TARGET_MAC,
		TARGET_ADDRESS,
		TARGET_HOSTNAME,
	} kind;
	const char *machine; /* TARGET_MACHINE: its name */
	bool one_host; /* TARGET_MACHINE: named by UUID, so only on hypervisor `host` */
	size_t host;
	uint8_t mac[MAC_SIZE];	      /* TARGET_MAC */
	struct lease_address address; /* TARGET_ADDRESS */
};

/*
 * Interprets a word: as the exact name of a machine on any of the `count` hypervisors,
 * else as the UUID of one, else as a MAC, an address or a host name. So a client that
 * sends a machine's name by DHCP is never taken for the machine.
 */
struct target target_make(const char *word, const struct machine_list *const *machines,
			  size_t count);

/* Whether a machine of hypervisor number `host` matches: itself, or the MAC of a NIC. */
bool target_matches_machine(const struct target *target, size_t host,
			    const struct machine *machine);

/* Whether a lease of hypervisor number `host`, and of the named machine (NULL: of none),
 * matches. Host names match in upper or lower case. */
bool target_matches_lease(const struct target *target, size_t host,
			  const struct lease *lease, const char *machine);

/* Whether the lease of a result matches. */
bool target_matches(const struct target *target, const struct result *result);

/* Borrowed results. */
struct result_refs {
	const struct result **items;
	size_t count;
	size_t capacity;
};

/* Appends the matching results and sorts all by result_compare(), best first. The caller
 * frees refs->items. */
void target_results(const struct target *target, const struct result_list *results,
		    struct result_refs *refs);

/* Keeps only the first result with each address. */
void result_refs_unique(struct result_refs *refs);

/* What a wait for a target waits for. */
struct target_wait {
	const char *network; /* NICs on this network only; NULL: all NICs */
	bool any;	     /* an address of one NIC suffices */
	bool reservations;   /* a reservation suffices, without a lease */
};

/*
 * Whether the wait is over: each NIC, or any NIC, of the matching machines has a result
 * in `refs`, and these machines are active. For MACs, addresses and host names one result
 * suffices. For machines without a NIC the wait is never over.
 */
bool target_complete(const struct target *target, const struct result_refs *refs,
		     const struct machine_list *const *machines, size_t count,
		     const struct target_wait *wait);

#endif

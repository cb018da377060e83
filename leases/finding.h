/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A finding: something wrong with a lease, a reservation or an address range. */
#ifndef LEASES_FINDING_H
#define LEASES_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "leases/result.h"

enum finding_kind {
	FINDING_ORPHANED,	     /* no machine has a NIC with the MAC */
	FINDING_MOVED,		     /* a machine of another hypervisor has the MAC */
	FINDING_DUPLICATE_ADDRESS,   /* two clients have the address */
	FINDING_DUPLICATE_HOSTNAME,  /* two clients of a network have the host name */
	FINDING_DUPLICATE_CLIENT_ID, /* two clients have the id: a cloned machine-id */
	FINDING_CONFLICTING,	     /* the leased address is reserved for another MAC */
	FINDING_EXPIRED, /* in the file, but expired or of an inactive network */
	FINDING_POOL,	 /* the DHCP range is nearly used up */
};

enum finding_fix {
	FIX_NONE,
	FIX_RELEASE, /* release the lease */
	FIX_DELETE,  /* delete the reservation, which a machine's metadata claims */
};

struct finding {
	enum finding_kind kind;
	enum finding_fix fix;
	struct result about; /* owned; FINDING_POOL has only network and hypervisor */
	char *detail;	     /* owned; a sentence without a period */
	/* FINDING_POOL: of the range's addresses, how many are leased or reserved. */
	uint64_t size, used;
};

struct finding_list {
	struct finding *items;
	size_t count;
	size_t capacity;
};

/* A lease in force or a reservation, and the machine that it belongs to. */
struct audit_entry {
	const struct lease *lease; /* borrowed; source LEASE_FROM_STATIC: reservation */
	const struct machine *machine; /* borrowed; NULL: no machine has its MAC */
	bool inactive;		       /* its network is not active */
};

struct audit_entries {
	struct audit_entry *items;
	size_t count;
	size_t capacity;
};

/* Appends a finding about the entry; its hypervisor is set by audit(). Takes ownership of
 * `detail`. */
void finding_add(struct finding_list *findings, enum finding_kind kind,
		 enum finding_fix fix, const struct audit_entry *entry, char *detail);

/* "10.0.0.7 of web-1 (52:54:00:00:00:01)"; the caller owns it. */
char *audit_entry_text(const struct audit_entry *entry);

void finding_list_free(struct finding_list *findings);

/* "orphaned", "duplicate-address", ... */
const char *finding_kind_word(enum finding_kind kind);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A finding: something wrong with a lease, a reservation or an address range. */
#ifndef LEASES_FINDING_H
#define LEASES_FINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "leases/result.h"

enum finding_kind {
	FINDING_ORPHANED,	     /* no machine has a card with the MAC */
	FINDING_MOVED,		     /* a machine of another hypervisor has */
	FINDING_DUPLICATE_ADDRESS,   /* two clients have it */
	FINDING_DUPLICATE_HOSTNAME,  /* two clients of a network have it */
	FINDING_DUPLICATE_CLIENT_ID, /* two clients have it: a cloned machine-id */
	FINDING_CONFLICTING,	     /* a live lease on an address reserved for another */
	FINDING_EXPIRED, /* still in the file, expired or of a network that is down */
	FINDING_POOL,	 /* the DHCP range is nearly used up */
};

enum finding_fix {
	FIX_NONE,
	FIX_RELEASE, /* the lease */
	FIX_DELETE,  /* the reservation, which a machine's metadata says we have made */
};

struct finding {
	enum finding_kind kind;
	enum finding_fix fix;
	struct result about; /* owned; of FINDING_POOL only network and hypervisor */
	char *detail;	     /* owned; a sentence without a point */
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

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with the leases and reservations of a hypervisor. */
#ifndef LEASES_AUDIT_H
#define LEASES_AUDIT_H

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

/* The machines of one of the hypervisors that were asked; all is borrowed. */
struct audit_host {
	const char *hypervisor; /* its URI; NULL: the default one */
	const struct machine_list *machines;
	struct machine_index index; /* of these */
};

/* Where findings come from; all is borrowed. */
struct audit_input {
	size_t host; /* whose leases and reservations these are */
	const struct net_list *nets;
	const struct audit_host *hosts; /* all that were asked, `host` among them */
	size_t host_count;
	const struct lease_list *leases; /* with their networks; expired ones too */
	uint64_t now_s;
	unsigned int full_percent; /* from which fill level on a pool is a finding */
};

/*
 * Appends all findings. Of leases that share an address, a host name or a client-id, each
 * is a finding that names another; one machine may have the same of each on several of
 * its cards. Time is n log n.
 */
void audit(const struct audit_input *input, struct finding_list *findings);

void finding_list_free(struct finding_list *findings);

/* "orphaned", "duplicate-address", ... */
const char *finding_kind_word(enum finding_kind kind);

#endif

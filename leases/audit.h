/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with the leases and reservations of a hypervisor. */
#ifndef LEASES_AUDIT_H
#define LEASES_AUDIT_H

#include <stddef.h>

#include "leases/finding.h"

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

#endif

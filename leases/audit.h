/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds what is wrong with the leases and reservations of a hypervisor. */
#ifndef LEASES_AUDIT_H
#define LEASES_AUDIT_H

#include <stddef.h>

#include "leases/finding.h"

/* The machines of one hypervisor; everything is borrowed. */
struct audit_host {
	const char *hypervisor; /* its URI; NULL: the default one */
	const struct machine_list *machines;
	struct machine_index index; /* of `machines` */
};

/* The facts about one hypervisor, and the machines of all; everything is borrowed. */
struct audit_input {
	size_t host; /* index in `hosts` of the hypervisor that is audited */
	const struct net_list *nets;
	const struct audit_host *hosts; /* all hypervisors of the command line */
	size_t host_count;
	const struct lease_list *leases; /* with their networks, and expired ones */
	uint64_t now_s;
	unsigned int full_percent; /* fill level at which a DHCP range is a finding */
};

/*
 * Appends all findings. If several clients share an address, a host name or a client-id,
 * each lease is a finding that names another client. A machine may use the same host name
 * and client-id on several of its NICs. Time is n log n.
 */
void audit(const struct audit_input *input, struct finding_list *findings);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the facts of a hypervisor from libvirt. */
#ifndef PROVISION_HOST_FACTS_READ_H
#define PROVISION_HOST_FACTS_READ_H

#include "provision/host/host.h"

enum facts_part {
	FACTS_DOMAINS = 1,
	FACTS_NETWORK = 2,
	FACTS_STORAGE = 4,	/* pools, images, volumes */
	FACTS_CAPABILITIES = 8, /* kvm_archs and host_uuid; may take libvirtd seconds */
	FACTS_ACTIVITY = 16,	/* of every domain of ours */
	FACTS_ALL = FACTS_DOMAINS | FACTS_NETWORK | FACTS_STORAGE,
};

/*
 * Reads into host->facts what `parts` (enum facts_part, or-ed) names, and opens the
 * handles to the pools and the network; these must exist and be active. Every problem
 * goes to `errors` with its place in the batch. Returns -1 when there was any.
 */
int facts_read(struct host *host, unsigned int parts, struct error_list *errors);

/* Reads FACTS_CAPABILITIES; what can't be asked stays unknown. */
void facts_read_capabilities(struct host *host);

/* Reads what the domain does: activity, is_settled, is_idle. */
void facts_read_activity(const struct host *host, struct facts_domain *domain);

/* What virDomainGetState() and virDomainGetJobInfo() say (virDomainState, its reason,
 * virDomainJobType) as an activity. */
enum facts_activity facts_activity_of(int state, int reason, int job);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the facts of a hypervisor from libvirt. */
#ifndef PROVISION_HOST_FACTS_READ_H
#define PROVISION_HOST_FACTS_READ_H

#include "provision/host/host.h"

enum facts_part {
	FACTS_DOMAINS = 1,
	FACTS_NETWORK = 2,
	FACTS_STORAGE = 4,	/* pools, images, volumes; see host->batch */
	FACTS_CAPABILITIES = 8, /* kvm_archs and host_uuid; can take libvirtd seconds */
	FACTS_ACTIVITY = 16,	/* of domains with our metadata */
	FACTS_NETWORK_IF_ACTIVE = 32, /* a missing or inactive network is no problem */
	FACTS_ALL = FACTS_DOMAINS | FACTS_NETWORK | FACTS_STORAGE,
};

/*
 * Reads the `parts` (enum facts_part, or-ed) into host->facts, and opens the handles of
 * the pools and the network, which must exist and be active; calls that do not need each
 * other are in flight at a time. Each problem is added to `errors` with its place in the
 * batch. Returns -1 if there was any. If the connection is lost meanwhile, that is no
 * such problem: the hypervisor then counts as not reached, as with host_open().
 */
int facts_read(struct host *host, unsigned int parts, struct error_list *errors);

/* Forgets all that was read, as half of it says of nothing that it is missing: the
 * connection was lost, or was silent. Returns -1. */
int facts_read_lost(struct host *host, bool is_silent);

/* Reads FACTS_CAPABILITIES; on failure they stay unknown. */
void facts_read_capabilities(struct host *host);

/* Reads the domain's activity, is_settled, is_idle and was_migrated. */
void facts_read_activity(const struct host *host, struct facts_domain *domain);

/* The activity for what virDomainGetState() and virDomainGetJobInfo() return
 * (virDomainState, its reason, virDomainJobType). */
enum facts_activity facts_activity_of(int state, int reason, int job);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the domains of a hypervisor. */
#ifndef PROVISION_HOST_FACTS_DOMAINS_H
#define PROVISION_HOST_FACTS_DOMAINS_H

#include <libvirt/libvirt.h>

#include "provision/host/host.h"

struct listed_domain;

/* The domains while they are read; zeroed, then facts_domains_free(). */
struct facts_domains {
	struct listed_domain *listed;
	size_t count;
	struct listed_domain **by_uuid; /* the same, sorted */
	/* Of each of host->facts.domains, after facts_domains_take(). */
	virDomainPtr *handles;
	struct error_list errors;
};

/*
 * Lists the domains with what libvirt says of all by one call: their states, whether they
 * start by themselves, whether they are transient.
 */
void facts_domains_list(const struct host *host, struct facts_domains *domains);

/* Whether one of that name was listed. */
bool facts_domains_has(const struct facts_domains *domains, const char *name);

/* Reads number `i` of those that were listed; by any thread. */
void facts_domains_read(const struct host *host, struct facts_domains *domains, size_t i);

/* Adds what was read to host->facts.domains, in the order of the list. */
void facts_domains_take(struct host *host, struct facts_domains *domains);

void facts_domains_free(struct facts_domains *domains);

#endif

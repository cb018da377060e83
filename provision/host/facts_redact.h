/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts without the names that people gave to things. */
#ifndef PROVISION_HOST_FACTS_REDACT_H
#define PROVISION_HOST_FACTS_REDACT_H

#include "common/mem.h"
#include "provision/host/facts.h"

struct redaction_kind {
	const char *kind;
	size_t count; /* of names that were replaced */
};

/* Names and what replaces them, in all facts that are printed together. Zeroed is empty;
 * redaction_free() releases it. */
struct redaction {
	void *aliases; /* a tree of tsearch(3) */
	ARRAY(struct redaction_kind) kinds;
};

/*
 * Replaces the names of domains, volumes, images, pools, networks, batches, users, files
 * and hosts by "domain-1" and the like, the same name always by the same; sizes,
 * addresses, UUIDs and hashes stay. A batch that could be planned with the names can't be
 * with these. Returns what replaces the hypervisor's name, which `redaction` owns.
 */
const char *facts_redact(struct facts *facts, const char *hypervisor,
			 struct redaction *redaction);
void redaction_free(struct redaction *redaction);

#endif

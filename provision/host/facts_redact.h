/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts without names. */
#ifndef PROVISION_HOST_FACTS_REDACT_H
#define PROVISION_HOST_FACTS_REDACT_H

#include "provision/host/facts.h"

/*
 * Replaces the names of domains, volumes, images, pools, networks, batches, users, files
 * and hosts with "domain-1" and the like, each occurrence of a name with the same one;
 * sizes, addresses and UUIDs stay. A batch no longer fits redacted facts.
 */
void facts_redact(struct facts *facts);

#endif

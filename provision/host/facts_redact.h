/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts without the names that people gave to things. */
#ifndef PROVISION_HOST_FACTS_REDACT_H
#define PROVISION_HOST_FACTS_REDACT_H

#include "provision/host/facts.h"

/*
 * Replaces the names of domains, volumes, images, pools, networks, batches, users, files
 * and hosts by "domain-1" and the like, the same name always by the same; sizes,
 * addresses and UUIDs stay. What planned with the names no longer plans with these.
 */
void facts_redact(struct facts *facts);

#endif

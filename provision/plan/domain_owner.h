/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The owner of a domain: the batch, another batch, Vmango, none, or unknown. */
#ifndef PROVISION_PLAN_DOMAIN_OWNER_H
#define PROVISION_PLAN_DOMAIN_OWNER_H

#include "provision/batch/batch.h"
#include "provision/host/facts.h"

enum domain_owner {
	OWNER_THIS,   /* the given batch */
	OWNER_BATCH,  /* another batch, by our metadata */
	OWNER_VMANGO, /* Vmango: it has only Vmango's metadata */
	OWNER_NONE,   /* it has no metadata of either */
	OWNER_UNKNOWN /* its metadata can't be parsed */
};

/*
 * Metadata alone prove nothing, as a copied domain has them too: a domain belongs to a
 * batch if its metadata name the batch, and its UUID is the one derived from the batch's
 * name and its own, or it has the UUID and the name that it had when it was adopted. A
 * batch that is only
 * named after its file owns the domains of that file: a domain whose metadata name
 * another file belongs to another batch. A NULL batch owns none.
 */
enum domain_owner domain_owner_find(const struct batch *batch,
				    const struct facts_domain *domain);

/* Whether a domain without metadata has the UUID of the batch's machine with its name:
 * another tool has redefined it without its metadata. */
bool domain_owner_is_dropped(const struct batch *batch,
			     const struct facts_domain *domain);

/* Whether its metadata were copied with it from another domain, so that it belongs to no
 * batch. */
bool domain_owner_is_copy(const struct facts_domain *domain);

/* "this", "file" (another file's batch of the same name), "batch", "vmango", "copy",
 * "none", "unknown". */
const char *domain_owner_word(const struct batch *batch,
			      const struct facts_domain *domain);

/*
 * For messages about a domain: "of batch "lab" (file /root/lab.ini, user bob)", "of
 * Vmango (user bob)", "of no batch"; unknown parts are left out. The caller owns it.
 */
char *domain_owner_text(const struct facts_domain *domain);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose a domain is: the batch's, another batch's, Vmango's, or not known. */
#ifndef PROVISION_PLAN_DOMAIN_OWNER_H
#define PROVISION_PLAN_DOMAIN_OWNER_H

#include "provision/batch/batch.h"
#include "provision/host/facts.h"

enum domain_owner {
	OWNER_THIS,   /* of the batch that is asked about */
	OWNER_BATCH,  /* has our metadata, and is of another batch */
	OWNER_VMANGO, /* has Vmango's metadata alone */
	OWNER_NONE,   /* has neither */
	OWNER_UNKNOWN /* its metadata can't be understood */
};

/*
 * Metadata are a claim, which a copied domain makes as well: a domain is of a batch when
 * they name the batch and its UUID is the one made of the batch's name and its own, or
 * the one that it had when it was adopted. A batch whose name was only made out of its
 * file's name is that file's: a domain that names another file is another batch's. A NULL
 * batch owns none.
 */
enum domain_owner domain_owner_find(const struct batch *batch,
				    const struct facts_domain *domain);

/* Whether a domain without metadata has the UUID that the batch gives a machine of this
 * name: another tool has defined it anew without them. */
bool domain_owner_is_dropped(const struct batch *batch,
			     const struct facts_domain *domain);

/* "this", "batch", "vmango", "none", "unknown". */
const char *domain_owner_word(enum domain_owner owner);

/*
 * For messages about a domain: "of batch "lab" (file /root/lab.ini, user bob)", "of
 * Vmango (user bob)", "of no batch"; the caller owns it. What is not known is left out.
 */
char *domain_owner_text(const struct facts_domain *domain);

#endif

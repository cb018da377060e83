/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that was migrated, and what it has left where it was. */
#ifndef PROVISION_PLAN_PLAN_MOVED_H
#define PROVISION_PLAN_PLAN_MOVED_H

#include "provision/plan/changes.h"

/*
 * The machine of the change is on `*found`, and `facts` has `domain` for it too. When one
 * of the two surely runs, complete, defined to stay and at rest, the other neither runs
 * nor is saved, and one run created both (their metadata have one token), the other is a
 * leftover: it goes to change->leftovers, and `*found` and the change's domain are the
 * one that runs. False when this can't be said; then nothing is changed.
 */
bool plan_moved_resolve(struct change *change, const struct facts **found,
			const struct facts *facts, const struct facts_domain *domain);

/* "left on a: definition, volume default/web-1_disk, reservation 10.0.0.2"; the caller
 * owns it; NULL when nothing is left. */
char *plan_moved_text(const struct change *change);

#endif

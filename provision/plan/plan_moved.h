/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that was migrated, its leftovers on the former hypervisor, and copies. */
#ifndef PROVISION_PLAN_PLAN_MOVED_H
#define PROVISION_PLAN_PLAN_MOVED_H

#include "provision/plan/changes.h"

/*
 * The machine of the change is on `*found`, and `facts` has `domain` for it too. If one
 * of the two is complete and settled (domain_is_settled_in()), the other is shut off
 * without a managed save image, and both have the token of one run in their metadata,
 * then the latter is a leftover if libvirt knows that it was migrated away, or if its
 * removal has begun, and a copy otherwise: it may be another administrator's standby. It
 * is added to that list of the change, and `*found` and the change's domain are set to
 * the one that runs. Returns false otherwise, and changes nothing.
 */
bool plan_moved_resolve(struct change *change, const struct facts **found,
			const struct facts *facts, const struct facts_domain *domain);

/* "left on a: definition, volume default/web-1_disk, reservation 10.0.0.2", without what
 * is known to be missing; the caller owns it. NULL if there are no leftovers. */
char *plan_moved_text(const struct change *change);

/* The same for its copies, with the command that removes the definition. */
char *plan_copies_text(const struct change *change);

#endif

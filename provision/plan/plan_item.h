/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One machine of a plan: its item, and what its domain is known by. */
#ifndef PROVISION_PLAN_PLAN_ITEM_H
#define PROVISION_PLAN_PLAN_ITEM_H

#include "provision/plan/plan.h"

/* Adds an item to plan->items, which have room for it, with the identity that the batch's
 * name and `name` make. `name` is borrowed. */
struct plan_item *plan_item_add(struct plan *plan, const char *name);

/* Takes over the UUID of the item's domain, and its MAC when it has one. */
void plan_item_take(struct plan_item *item);

#endif

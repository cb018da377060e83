/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One machine of a plan: its change, and what its domain is known by. */
#ifndef PROVISION_PLAN_CHANGE_H
#define PROVISION_PLAN_CHANGE_H

#include "provision/plan/changes.h"

/* Adds an change to changes->list, which have room for it, with the identity that the
 * batch's name and `name` make. `name` is borrowed. */
struct change *change_add(struct changes *changes, const char *name);

/* Takes over the UUID of the change's domain, and its MAC when it has one. */
void change_take_domain(struct change *change);

#endif

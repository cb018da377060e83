/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The action for a machine, by the domain that has its name. */
#ifndef PROVISION_PLAN_PLAN_ACTION_H
#define PROVISION_PLAN_PLAN_ACTION_H

#include "provision/plan/changes.h"

/*
 * Sets the action of a change whose hypervisor is set, and its identity from its domain,
 * unless that has to be created again. Returns -1 if a domain of another owner has the
 * name or UUID, which the error names, or if a machine can't be adopted.
 */
int plan_action_choose(const struct changes *changes, struct change *change,
		       struct error_list *errors);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be done about a machine, by what has its name. */
#ifndef PROVISION_PLAN_PLAN_ACTION_H
#define PROVISION_PLAN_PLAN_ACTION_H

#include "provision/plan/changes.h"

/*
 * Sets the action of an change that has its host; its domain's identity unless that is to
 * be created again. A name or UUID that others have is an error, which names them, and so
 * is a machine that can't be adopted. Returns -1 then.
 */
int plan_action_choose(const struct changes *changes, struct change *change,
		       struct error_list *errors);

#endif

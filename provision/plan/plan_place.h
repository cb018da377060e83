/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hypervisor that each machine is or will be on. */
#ifndef PROVISION_PLAN_PLAN_PLACE_H
#define PROVISION_PLAN_PLAN_PLACE_H

#include "provision/plan/changes.h"

/* Sets the free resources of each hypervisor. */
void plan_place_begin(const struct changes *changes);

/*
 * Sets the hypervisor and the domain of a change if there is no choice: the machine
 * exists, or its batch names one hypervisor, which may be unreachable. Returns 1 then, 0
 * if one of several has to be chosen, -1 if the machine is on two of them.
 */
int plan_place_known(const struct changes *changes, struct change *change,
		     struct error_list *errors);

/*
 * Chooses one of several. The change fails if one of them could not be reached and is not
 * given as lost, as the machine may be on it, or if none of the others has room. If all
 * were reached and none has room, that is an error.
 */
int plan_place_choose(const struct changes *changes, struct change *change,
		      struct error_list *errors);

/*
 * Sets any hypervisor for a machine that is on none of several. The change fails if one
 * of them could not be reached, as the machine may be on it.
 */
void plan_place_absent(const struct changes *changes, struct change *change);

/*
 * Fails the change of a machine that is off if it may have been moved to a hypervisor of
 * its own that can't be reached and is not given as lost: started here, it could run
 * twice. Returns whether it does.
 */
bool plan_place_start_fails(const struct changes *changes, struct change *change);

/* The same for the deletion of such a machine, which exists: its disk may be in use
 * there. */
bool plan_place_deletion_fails(const struct changes *changes, struct change *change);

#endif

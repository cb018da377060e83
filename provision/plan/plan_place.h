/* SPDX-License-Identifier: GPL-2.0-or-later */
/* On which hypervisor each machine is, or is to be. */
#ifndef PROVISION_PLAN_PLAN_PLACE_H
#define PROVISION_PLAN_PLAN_PLACE_H

#include "provision/plan/changes.h"

/* Sets what is left of each hypervisor. */
void plan_place_begin(const struct changes *changes);

/*
 * Sets the hypervisor and the domain of a change when there is nothing to choose: the
 * machine exists, or its batch names one hypervisor, which may be out of reach. 1 when
 * that is so, 0 when one of several is to be chosen, -1 when the machine is on two of
 * them.
 */
int plan_place_known(const struct changes *changes, struct change *change,
		     struct error_list *errors);

/*
 * Chooses one of several. The change fails when one of them could not be reached and is
 * not said to be lost, as the machine may be there, or when none of the others has room;
 * when none of all has room it is an error.
 */
int plan_place_choose(const struct changes *changes, struct change *change,
		      struct error_list *errors);

/*
 * For a machine that is on none of its several hypervisors: any that was reached. The
 * change fails when one was not, as the machine may be there.
 */
void plan_place_absent(const struct changes *changes, struct change *change);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing the leftovers of a machine from the hypervisor that it was migrated away from.
 */
#ifndef PROVISION_MACHINE_MACHINE_LEFTOVERS_H
#define PROVISION_MACHINE_MACHINE_LEFTOVERS_H

#include "provision/machine/run.h"
#include "provision/plan/changes.h"

/* Removes all of change->leftovers (machine_remove_leftover()). */
int machine_leftovers_remove(struct run *run, const struct change *change,
			     struct error *error);

#endif

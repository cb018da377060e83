/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing what a machine has left where it was migrated away from. */
#ifndef PROVISION_MACHINE_MACHINE_LEFTOVERS_H
#define PROVISION_MACHINE_MACHINE_LEFTOVERS_H

#include "provision/machine/run.h"
#include "provision/plan/changes.h"

/* Removes each of change->leftovers (machine_remove_leftover()). */
int machine_leftovers_remove(struct run *run, const struct change *change,
			     struct error *error);

#endif

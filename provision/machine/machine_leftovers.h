/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing what a machine has left where it was migrated away from. */
#ifndef PROVISION_MACHINE_MACHINE_LEFT_H
#define PROVISION_MACHINE_MACHINE_LEFT_H

#include "provision/machine/run.h"
#include "provision/plan/changes.h"

/* Removes each of change->left (machine_remove_left()). */
int machine_left_clean(struct run *run, const struct change *change, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restoring what others have removed from a machine. */
#ifndef PROVISION_MACHINE_MACHINE_RESTORE_H
#define PROVISION_MACHINE_MACHINE_RESTORE_H

#include "provision/machine/run.h"
#include "provision/plan/changes.h"

/*
 * Restores the faults of the change that can be restored (struct change_fault): defines
 * the domain again, adds its reservation, writes its config drive with the instance id
 * that it had, so that the guest does not take itself for a new one.
 */
int machine_restore(struct run *run, const struct change *change, struct error *error);

#endif

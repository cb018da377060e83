/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Naming what stays when a machine is deleted. */
#ifndef PROVISION_MACHINE_MACHINE_STAYS_H
#define PROVISION_MACHINE_MACHINE_STAYS_H

#include "provision/host/host.h"
#include "provision/machine/run.h"

/*
 * To be called when all that the machine owns has been deleted except for its domain.
 * Notes of the run name the files that its disks still have, for instance one that others
 * have attached, or a snapshot's that was taken meanwhile, and volumes of the root pool
 * with the machine's names; with the command that deletes a volume. What can't be looked
 * up is not named.
 */
void machine_stays_note(struct run *run, struct host *host, virDomainPtr domain);

#endif

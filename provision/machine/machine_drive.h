/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A config drive of new content for a machine that is there. */
#ifndef PROVISION_MACHINE_MACHINE_DRIVE_H
#define PROVISION_MACHINE_MACHINE_DRIVE_H

#include "provision/host/metadata.h"
#include "provision/plan/changes.h"
#include "provision/machine/run.h"

/*
 * Writes a config drive with the next instance id beside the one that the domain has, in
 * the other of its two names, and then puts it into that one's place, so that at no
 * moment the domain is without a whole one. `metadata` are those of the domain; they are
 * stored when the new volume is about to be made, and come back with the new serial, hash
 * and volumes for the caller to store. A guest that runs gets the new medium when its
 * drive can change it, else at its next start, which is reported; the old volume then
 * stays, and stays named.
 */
int machine_drive_replace(struct run *run, const struct change *change,
			  virDomainPtr domain, struct metadata *metadata,
			  struct error *error);

/*
 * Gives a running guest the config drive that it is to have from its next start on, when
 * it kept its old one; the guest is not asked to open its drive. For a guest that is
 * about to reboot, which restarts its system but not its machine.
 */
int machine_drive_settle(struct run *run, const struct change *change,
			 virDomainPtr domain, struct error *error);

#endif

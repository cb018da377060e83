/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replacing the config drive of an existing machine. */
#ifndef PROVISION_MACHINE_MACHINE_DRIVE_H
#define PROVISION_MACHINE_MACHINE_DRIVE_H

#include "provision/host/metadata.h"
#include "provision/plan/changes.h"
#include "provision/machine/run.h"

/*
 * Writes a config drive with the next instance id beside the current one, under the other
 * of its two names, and then replaces the current one, so that the domain has a complete
 * one at any time. `metadata` are those of the domain; they are stored before the new
 * volume is created, and on return have the new serial, hash and volumes, for the caller
 * to store. A running guest gets the new medium immediately if its drive is removable,
 * else at its next start, which is reported; in that case the old volume and its entry in
 * the metadata stay.
 */
int machine_drive_replace(struct run *run, const struct change *change,
			  virDomainPtr domain, struct metadata *metadata,
			  struct error *error);

/*
 * Gives a running guest the config drive that it would get at its next start, without
 * asking the guest to open its drive. For a guest that is about to reboot, as a reboot
 * does not restart the domain.
 */
int machine_drive_settle(struct run *run, const struct change *change,
			 virDomainPtr domain, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking a machine of others into the batch: its metadata alone change. */
#ifndef PROVISION_MACHINE_MACHINE_ADOPT_H
#define PROVISION_MACHINE_MACHINE_ADOPT_H

#include "provision/host/hosts.h"
#include "provision/plan/changes.h"
#include "provision/machine/run.h"

/*
 * Sets change->adopted to what the metadata of its domain are to be. They name as the
 * machine's own what a destroy may delete without a loss for others: volumes by our names
 * in the batch's pool, or in one that its metadata name already, that the domain has as
 * disks, no other domain of the hypervisors has, and no volume is based on; and
 * the reservation of its MAC address under its name. What the domain's metadata claim
 * beyond that is dropped. `notes` gets a line for each disk that is not its own.
 */
int machine_adopt_plan(const struct hosts *hosts, struct change *change,
		       struct error_list *notes, struct error *error);

/*
 * Locks the batch that the machine is to be taken from, so that no run of it deletes or
 * changes the machine meanwhile. To be called before machine_adopt_plan().
 */
int machine_adopt_lock(const struct hosts *hosts, struct change *change,
		       struct error *error);

/* Stores change->adopted, unless the domain's metadata have changed since the plan. */
int machine_adopt(struct run *run, const struct change *change, struct error *error);

#endif

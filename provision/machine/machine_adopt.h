/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adopting a machine of another owner: only its metadata change. */
#ifndef PROVISION_MACHINE_MACHINE_ADOPT_H
#define PROVISION_MACHINE_MACHINE_ADOPT_H

#include "provision/host/hosts.h"
#include "provision/plan/changes.h"
#include "provision/machine/run.h"

/*
 * Sets change->adopted to the new metadata of its domain. As the machine's own they name
 * only what destroy can delete safely: volumes with our names, in the batch's pool or in
 * one that its metadata already name, that the domain has as disks, that no other domain
 * of the hypervisors has, and that no volume is based on; and the reservation of its MAC
 * address with its name. Other claims in the domain's metadata are dropped. `notes` gets
 * a line for each disk that is not the machine's own.
 */
int machine_adopt_plan(const struct hosts *hosts, struct change *change,
		       struct error_list *notes, struct error *error);

/*
 * Locks the machine's previous batch, so that none of its runs deletes or changes the
 * machine meanwhile. To be called before machine_adopt_plan().
 */
int machine_adopt_lock(const struct hosts *hosts, struct change *change,
		       struct error *error);

/* Stores change->adopted. Fails if the domain's metadata have changed since the plan. */
int machine_adopt(struct run *run, const struct change *change, struct error *error);

#endif

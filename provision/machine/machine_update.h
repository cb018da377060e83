/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changing a machine that exists into what its batch wants, without recreating it. */
#ifndef PROVISION_MACHINE_MACHINE_UPDATE_H
#define PROVISION_MACHINE_MACHINE_UPDATE_H

#include "provision/plan/changes.h"
#include "provision/machine/run.h"

/*
 * Changes what of change->diff can change in place: for a guest that runs at once where
 * libvirt can, and always in the configuration, from which the next start takes it; what
 * had to wait for that is noted (run_note()). What can't change is left alone. Each step
 * can be repeated: a run that dies leaves a machine that still differs in what was not
 * done.
 */
int machine_update(struct run *run, const struct change *change, struct error *error);

/* Stores what is a record alone: whether the machine is protected, and the batch's file.
 */
int machine_record(struct run *run, const struct change *change, struct error *error);

/* Stores the batch's file in the metadata of a machine that is as the batch wants it,
 * where they name none: 0.1 did not write it. By it a batch without a name of its own
 * knows its machines (domain_owner_find()). */
int machine_record_file(struct run *run, const struct change *change,
			struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changing an existing machine to match its batch, without recreating it. */
#ifndef PROVISION_MACHINE_MACHINE_UPDATE_H
#define PROVISION_MACHINE_MACHINE_UPDATE_H

#include "provision/plan/changes.h"
#include "provision/machine/run.h"

/*
 * Changes what can be changed in place of change->diff: in the running guest if libvirt
 * supports that, and always in the configuration; what only takes effect at the next
 * start is reported (run_note()). The rest stays. Each step can be repeated: after an
 * interruption, the machine differs in what was not done.
 */
int machine_update(struct run *run, const struct change *change, struct error *error);

/* Stores what is only recorded: whether the machine is protected, and the batch's file.
 */
int machine_record(struct run *run, const struct change *change, struct error *error);

/* Stores the batch's file in the metadata of a machine that is as the batch wants it,
 * where they name none: 0.1 did not write it. By it a batch without a name of its own
 * knows its machines (domain_owner_find()). */
int machine_record_file(struct run *run, const struct change *change,
			struct error *error);

#endif

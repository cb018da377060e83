/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a domain is still the machine that a run works on, right before each change. */
#ifndef PROVISION_MACHINE_MACHINE_GUARD_H
#define PROVISION_MACHINE_MACHINE_GUARD_H

#include <libvirt/libvirt.h>

#include "provision/host/metadata.h"
#include "provision/machine/run.h"

/*
 * The lock of the batch keeps other runs away, but not other tools, nor a person who
 * removes the lock by hand. So run_change() also reads the domain: it must have the name
 * that it had, and metadata of the same batch and run. What remains is a change that
 * another makes between that call and the next one.
 */
struct machine_guard {
	virDomainPtr domain; /* borrowed */
	char *name, *batch, *token, *last_token;
	bool has_tools;
	/* A domain that was undefined meanwhile is no obstacle, as when it is removed,
	 * unless another has its name. */
	bool may_be_gone;
	bool must_be_off; /* as what a migration has left, until one brings it back */
};

/*
 * From now on run_change() fails once the domain no longer has that name, or is no longer
 * as `metadata` say. To be called again when the run itself has stored other metadata.
 * The caller ends it.
 */
void machine_guard_set(struct run *run, struct machine_guard *guard, virDomainPtr domain,
		       const char *name, const struct metadata *metadata);

/*
 * Writes the run's token into the metadata as the last one, so that every other run that
 * has looked at the machine before stops, and guards with it. There must be a guard.
 * Changes `metadata` accordingly; they must be this tool's.
 */
int machine_guard_take(struct run *run, struct metadata *metadata, struct error *error);

/* Ends the guard of the run, if it is this one, and frees it. */
void machine_guard_end(struct run *run, struct machine_guard *guard);

#endif

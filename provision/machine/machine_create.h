/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creating a machine, in an order that leaves no trace that the next run can't read. */
#ifndef PROVISION_MACHINE_MACHINE_CREATE_H
#define PROVISION_MACHINE_MACHINE_CREATE_H

#include "provision/plan/machine_xml.h"
#include "provision/machine/run.h"

/*
 * Defines the domain, clones the root volume, writes the config drive, reserves the
 * address, marks the domain as ready and starts it. The domain's metadata tell of each
 * object before it is made. What fails or is interrupted is rolled back in reverse order.
 * `address` is what it got.
 */
int machine_create(struct run *run, const struct change *change,
		   struct machine_address *address, struct error *error);

/* Starts a machine that is there. */
int machine_start(struct run *run, const struct change *change, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Creating a machine, in an order in which the next run finds everything after an
 * interruption. */
#ifndef PROVISION_MACHINE_MACHINE_CREATE_H
#define PROVISION_MACHINE_MACHINE_CREATE_H

#include "provision/plan/machine_xml.h"
#include "provision/machine/run.h"

/*
 * Defines the domain, clones the root volume, writes the config drive, reserves the
 * address, marks the domain as ready and starts it. The domain's metadata name each
 * object before it is created. On failure or interruption everything is rolled back in
 * reverse order. Sets `address` to the machine's address.
 */
int machine_create(struct run *run, const struct change *change,
		   struct machine_address *address, struct error *error);

/* Starts an existing machine. */
int machine_start(struct run *run, const struct change *change, struct error *error);

#endif

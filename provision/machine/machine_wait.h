/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until a machine has its address. */
#ifndef PROVISION_MACHINE_MACHINE_WAIT_H
#define PROVISION_MACHINE_MACHINE_WAIT_H

#include "provision/plan/machine_xml.h"
#include "provision/machine/run.h"

/*
 * Looks for a live lease of the machine's MAC, of its reserved address when it has one,
 * or for what the network script looks up, for at most run->wait_s seconds. -1 when none
 * has come by then, the guest has stopped, or the run is interrupted.
 */
int machine_wait(struct run *run, const struct change *change,
		 struct machine_address *address, struct error *error);

/* The address as it is known at this moment: reserved, leased, or what the network script
 * looks up. */
int machine_address_find(const struct change *change, struct machine_address *address);

#endif

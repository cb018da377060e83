/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until a machine has its address. */
#ifndef PROVISION_MACHINE_MACHINE_WAIT_H
#define PROVISION_MACHINE_MACHINE_WAIT_H

#include "provision/plan/machine_xml.h"
#include "provision/machine/run.h"

/*
 * Waits until the machine's MAC address has a current lease, for its reserved address if
 * it has one, or the network script prints an address, for at most run->wait_s seconds.
 * -1 if there is none by then, the guest has stopped, or the run is interrupted.
 */
int machine_wait(struct run *run, const struct change *change,
		 struct machine_address *address, struct error *error);

/* The address as currently known: reserved, leased, or looked up by the network script.
 */
int machine_address_find(const struct change *change, struct machine_address *address);

#endif

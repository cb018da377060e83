/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until a machine has its address. */
#ifndef PROVISION_MACHINE_MACHINE_WAIT_H
#define PROVISION_MACHINE_MACHINE_WAIT_H

#include "provision/plan/machine_xml.h"
#include "provision/machine/run.h"

/*
 * Waits until the machine's MAC address has a current lease, for its reserved address if
 * it has one, or the network script prints an address, for at most run->wait_s seconds.
 * Where libvirt's network has no DHCP, an address that the guest agent or the host's ARP
 * table has is enough. -1 if there is none by then, the guest has stopped or has no NIC,
 * or the run is interrupted.
 */
int machine_wait(struct run *run, const struct change *change,
		 struct machine_address *address, struct error *error);

/* The same for a guest that runs already and whose address was looked up: at once if it
 * is known to use it, or is paused. */
int machine_wait_running(struct run *run, const struct change *change,
			 struct machine_address *address, struct error *error);

/*
 * The address as currently known, and which source has it: leased, reserved, looked up by
 * the network script, or had by the guest agent or the host's ARP table. While the NIC of
 * a running guest is on another network than its reservation, only a lease there counts.
 * -1 if there is none.
 */
int machine_address_find(const struct change *change, struct machine_address *address);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the leases of a hypervisor's networks: from their files, or by libvirt. */
#ifndef LEASES_HYPERVISOR_LEASES_H
#define LEASES_HYPERVISOR_LEASES_H

#include "leases/hypervisor.h"

/*
 * Reads the leases of all active networks: from a network's lease file if that is on this
 * host and belongs to the network, else by libvirt. What fails is recorded in
 * `facts.problems`.
 */
void hypervisor_read_leases(struct hypervisor *hypervisor);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether somebody uses the address of a lease, whatever libvirt knows of machines. */
#ifndef LEASES_LEASE_PRESENCE_H
#define LEASES_LEASE_PRESENCE_H

#include "common/error.h"
#include "leases/hypervisor.h"
#include "leases/lease.h"

struct presence_check {
	const struct lease *lease; /* borrowed */
	char *used; /* who has it, or why that can't be found out; owned, NULL: nobody */
};

/*
 * Sets `used` of each lease of this host whose address an ARP probe on its bridge
 * answers to (of IPv6: that the kernel's neighbour table has), or that a guest agent of
 * any of the hypervisors reports. Takes a second. The caller frees `used`.
 */
void lease_presence_check(struct presence_check *checks, size_t count,
			  struct hypervisor *hypervisors, size_t hypervisor_count);

#endif

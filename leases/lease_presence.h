/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whether the address of a lease is in use, by a machine of libvirt or by others.
 */
#ifndef LEASES_LEASE_PRESENCE_H
#define LEASES_LEASE_PRESENCE_H

#include "common/error.h"
#include "leases/hypervisor.h"
#include "leases/lease.h"

struct presence_check {
	const struct lease *lease; /* borrowed */
	char *used; /* how its use was seen, or why that is unknown; owned; NULL: unused
		     */
};

/*
 * Sets `used` of each lease if its address replies to an ARP probe on the lease's bridge,
 * is in the kernel's neighbour table (IPv6), or is reported by a guest agent of one of
 * the hypervisors. Also sets it when a check fails. The leases are of this host. Takes a
 * second. The caller frees `used`.
 */
void lease_presence_check(struct presence_check *checks, size_t count,
			  struct hypervisor *hypervisors, size_t hypervisor_count);

#endif

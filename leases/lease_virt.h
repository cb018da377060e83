/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leases as libvirt's API tells them, of local hypervisors and of remote ones. */
#ifndef LEASES_LEASE_VIRT_H
#define LEASES_LEASE_VIRT_H

#include <libvirt/libvirt.h>
#include <stdint.h>

#include "common/error.h"
#include "leases/lease.h"

/*
 * Appends the live leases of a network by virNetworkGetDHCPLeases, which leaves out the
 * expired ones; `mac` (MAC_SIZE bytes) NULL: of all clients. An entry without an address
 * that we could read is left out. Fails when libvirt does, also above the 65,536 leases
 * that one of its messages holds; `leases` is then left alone.
 */
int lease_virt_network(virNetworkPtr network, const uint8_t *mac,
		       struct lease_list *leases, struct error *error);

/*
 * Fills a zeroed `lease` from libvirt's record, everything copied; the network's name is
 * not in there. A MAC, client-id or IAID that is broken counts as not known; fails when
 * the address is, and leaves `lease` alone.
 */
int lease_virt_read(const virNetworkDHCPLease *record, struct lease *lease,
		    struct error *error);

#endif

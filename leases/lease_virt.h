/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads leases by libvirt's API, from local and remote hypervisors. */
#ifndef LEASES_LEASE_VIRT_H
#define LEASES_LEASE_VIRT_H

#include <libvirt/libvirt.h>
#include <stdint.h>

#include "common/error.h"
#include "leases/lease.h"

/*
 * Appends the leases of a network that are not expired, by virNetworkGetDHCPLeases():
 * those of `mac` (MAC_SIZE bytes), or if that is NULL of all clients. An entry without a
 * valid address is skipped. Fails when libvirt fails, which it does above the 65,536
 * leases that its protocol allows; `leases` is then unchanged.
 */
int lease_virt_network(virNetworkPtr network, const uint8_t *mac,
		       struct lease_list *leases, struct error *error);

/*
 * Fills a zeroed `lease` with copies from libvirt's record, which has no network name. An
 * invalid MAC, client-id or IAID is treated as unknown. Fails if the address is invalid;
 * `lease` is then unchanged.
 */
int lease_virt_read(const virNetworkDHCPLease *record, struct lease *lease,
		    struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads leases by libvirt's API, from local and remote hypervisors. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/mem.h"
#include "common/virt.h"
#include "leases/lease_virt.h"

int lease_virt_read(const virNetworkDHCPLease *record, struct lease *lease,
		    struct error *error)
{
	if (lease_address_parse(record->ipaddr ? record->ipaddr : "", &lease->address,
				error) < 0)
		return -1;
	lease->prefix = record->prefix;
	lease->has_mac = record->mac && !mac_parse(record->mac, lease->mac, NULL);
	if (record->clientid && *record->clientid)
		lease_id_parse(record->clientid, &lease->client_id, NULL);
	if (record->iaid && *record->iaid)
		lease_iaid_parse(record->iaid, lease, NULL);
	if (record->hostname && *record->hostname)
		lease->hostname = mem_string(record->hostname);
	lease->bridge = mem_string(record->iface);
	lease->has_expiry = true;
	lease->expires_s = record->expirytime > 0 ? (uint64_t)record->expirytime : 0;
	lease->source = LEASE_FROM_LEASE;
	return 0;
}

int lease_virt_network(virNetworkPtr network, const uint8_t *mac,
		       struct lease_list *leases, struct error *error)
{
	/* Read first, since virNetworkGetName() resets libvirt's last error. */
	const char *name = virNetworkGetName(network);
	virNetworkDHCPLeasePtr *records = NULL;
	char mac_text[MAC_TEXT_MAX];
	int count = virNetworkGetDHCPLeases(
		network, mac ? mac_format(mac, mac_text) : NULL, &records, 0);

	if (count < 0)
		return virt_error(error, "network %s", name);
	for (int i = 0; i < count; i++) {
		struct lease lease = {0};

		if (lease_virt_read(records[i], &lease, NULL) == 0) {
			lease.network = mem_string(name);
			*array_add(leases) = lease;
		}
		virNetworkDHCPLeaseFree(records[i]);
	}
	free(records);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the leases of a NIC. */
#include "common/mem.h"
#include "leases/lease_match.h"

static bool duid_is_shared(const struct lease_list *leases, const struct lease *lease)
{
	array_foreach(other, leases) {
		if (other->mac_guessed && other->iaid != lease->iaid &&
		    lease_id_equal(&other->client_id, &lease->client_id))
			return true;
	}
	return false;
}

void lease_match(const struct lease_list *leases, const uint8_t mac[static MAC_SIZE],
		 struct lease_list *found)
{
	array_foreach(lease, leases) {
		if (lease->has_mac && mac_equal(lease->mac, mac) &&
		    !(lease->mac_guessed && duid_is_shared(leases, lease)))
			lease_list_copy(found, lease);
	}
}

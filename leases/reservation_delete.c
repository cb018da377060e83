/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Deletes a reservation from a libvirt network. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "leases/reservation_delete.h"

/* Whether this configuration, live or persistent, had it; -1 if libvirt failed. */
static int entry_delete(virNetworkPtr network, const char *xml, unsigned int flags,
			struct error *error)
{
	if (virNetworkUpdate(network, VIR_NETWORK_UPDATE_COMMAND_DELETE,
			     VIR_NETWORK_SECTION_IP_DHCP_HOST, -1, xml, flags) == 0)
		return 1;
	virt_error(error, "can't remove the reservation");
	return virt_error_code() == VIR_ERR_OPERATION_INVALID ? 0 : -1;
}

int lease_reservation_delete(virConnectPtr connection, const struct lease *reservation,
			     struct error *error)
{
	CLEANUP(virNetworkFree_ptr)
	virNetworkPtr network = virNetworkLookupByName(connection, reservation->network);
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];
	CLEANUP(free_ptr) char *xml = NULL;
	int live = 0, kept = 0;

	if (!network)
		return virt_error(error, "network %s", reservation->network);
	xml = mem_format("<host mac='%s' ip='%s'/>", mac_format(reservation->mac, mac),
			 lease_address_format(&reservation->address, address));
	/* One by one, since both together fail if only one of them has the reservation.
	 */
	if (virNetworkIsPersistent(network) == 1)
		kept = entry_delete(network, xml, VIR_NETWORK_UPDATE_AFFECT_CONFIG,
				    error);
	if (kept >= 0 && virNetworkIsActive(network) == 1)
		live = entry_delete(network, xml, VIR_NETWORK_UPDATE_AFFECT_LIVE, error);
	if (kept < 0 || live < 0 || (!kept && !live))
		return error_context(error, "network %s", reservation->network);
	error_free(error);
	return 0;
}

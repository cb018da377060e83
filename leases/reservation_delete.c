/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking a reservation out of a libvirt network. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "leases/reservation_delete.h"

int reservation_delete(virConnectPtr connection, const struct lease *reservation,
		       struct error *error)
{
	CLEANUP(virNetworkFree_ptr)
	virNetworkPtr network = virNetworkLookupByName(connection, reservation->network);
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];
	CLEANUP(free_ptr) char *xml = NULL;
	unsigned int flags = 0;

	if (!network)
		return virt_error(error, "network %s", reservation->network);
	xml = mem_format("<host mac='%s' ip='%s'/>", mac_format(reservation->mac, mac),
			 lease_address_format(&reservation->address, address));
	if (virNetworkIsActive(network) == 1)
		flags |= VIR_NETWORK_UPDATE_AFFECT_LIVE;
	if (virNetworkIsPersistent(network) == 1)
		flags |= VIR_NETWORK_UPDATE_AFFECT_CONFIG;
	if (virNetworkUpdate(network, VIR_NETWORK_UPDATE_COMMAND_DELETE,
			     VIR_NETWORK_SECTION_IP_DHCP_HOST, -1, xml, flags) < 0)
		return virt_error(error, "network %s: can't remove the reservation",
				  reservation->network);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reservations: a network's <host> entries, which give a MAC its address. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "leases/lease_virt.h"
#include "provision/reservation.h"

static void unlock(pthread_mutex_t **lock)
{
	pthread_mutex_unlock(*lock);
}

/* Holds host->lock until the end of the scope. */
#define LOCKED(host)                                              \
	CLEANUP(unlock) pthread_mutex_t *locked_ = &(host)->lock; \
	pthread_mutex_lock(locked_)

int reservation_pick(struct host *host, struct in_addr *address, struct error *error)
{
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	CLEANUP(free_ptr) struct in_addr *taken = NULL;
	size_t count = 0;

	LOCKED(host);
	if (host_network_refresh(host, error) < 0 ||
	    lease_virt_network(host->network_handle, NULL, &leases, error) < 0)
		return -1;
	taken = mem_zero(leases.count + host->handed.count, sizeof(*taken));
	array_foreach(lease, &leases) {
		if (lease->address.family == AF_INET)
			taken[count++] = lease->address.v4;
	}
	array_foreach(handed, &host->handed)
		taken[count++] = *handed;
	if (network_pick_address(&host->network, taken, count, address, error) < 0)
		return -1;
	*array_add(&host->handed) = *address;
	return 0;
}

static int network_update(struct host *host, virNetworkUpdateCommand command,
			  const char *xml)
{
	unsigned int flags = VIR_NETWORK_UPDATE_AFFECT_LIVE;

	if (virNetworkIsPersistent(host->network_handle) == 1)
		flags |= VIR_NETWORK_UPDATE_AFFECT_CONFIG;
	return virNetworkUpdate(host->network_handle, command,
				VIR_NETWORK_SECTION_IP_DHCP_HOST, host->network.ip_index,
				xml, flags);
}

int reservation_add(struct host *host, const uint8_t mac[static MAC_SIZE],
		    const char *name, struct in_addr address, bool *taken,
		    struct error *error)
{
	CLEANUP(free_ptr) char *xml = network_host_xml(mac, name, address);

	LOCKED(host);
	*taken = false;
	if (network_update(host, VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, xml) == 0)
		return 0;
	*taken = virt_error_code() == VIR_ERR_OPERATION_INVALID;
	return virt_error(error, "can't reserve the address");
}

int reservation_delete(struct host *host, const uint8_t mac[static MAC_SIZE],
		       const char *name, struct in_addr address, struct error *error)
{
	CLEANUP(free_ptr) char *xml = network_host_xml(mac, name, address);
	const struct network_host *found;

	LOCKED(host);
	if (host_network_refresh(host, error) < 0)
		return -1;
	found = network_host_by_mac(&host->network, mac);
	if (!found || found->address.s_addr != address.s_addr)
		return 0;
	if (network_update(host, VIR_NETWORK_UPDATE_COMMAND_DELETE, xml) < 0)
		return virt_error(error, "can't delete the reservation");
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reservations: a network's <host> entries, which give a MAC its address. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "leases/lease_virt.h"
#include "provision/host/host_connection.h"
#include "provision/machine/reservation.h"

static void unlock(pthread_mutex_t **lock)
{
	pthread_mutex_unlock(*lock);
}

/* Holds host->lock until the end of the scope. */
#define LOCKED(host)                                              \
	CLEANUP(unlock) pthread_mutex_t *locked_ = &(host)->lock; \
	pthread_mutex_lock(locked_)

static int network_read(virNetworkPtr handle, unsigned int view, struct network *network,
			struct error *error)
{
	const char *name = virNetworkGetName(handle);
	CLEANUP(free_ptr) char *text = virNetworkGetXMLDesc(handle, view);

	if (!text)
		return virt_error(error, "network %s", name);
	if (network_parse(text, strlen(text), network, error) < 0)
		return error_context(error, "network %s", name);
	return 0;
}

int reservation_pick(struct host *host, struct in_addr *address, struct error *error)
{
	virNetworkPtr handle = host_connection(host)->network;
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	CLEANUP(network_free) struct network network = {0};
	CLEANUP(free_ptr) struct in_addr *taken = NULL;
	size_t count = 0;

	LOCKED(host);
	if (network_read(handle, 0, &network, error) < 0 ||
	    lease_virt_network(handle, NULL, &leases, error) < 0)
		return -1;
	taken = mem_zero(leases.count + host->handed.count + host->facts.domains.count,
			 sizeof(*taken));
	array_foreach(lease, &leases) {
		if (lease->address.family == AF_INET)
			taken[count++] = lease->address.v4;
	}
	array_foreach(handed, &host->handed)
		taken[count++] = *handed;
	/* Those of machines whose reservations others have removed. */
	array_foreach(domain, &host->facts.domains) {
		if (domain->metadata.state == METADATA_READY)
			taken[count++] = domain->metadata.reservation.ip;
	}
	if (network_pick_address(&network, taken, count, address, error) < 0)
		return -1;
	*array_add(&host->handed) = *address;
	return 0;
}

/* Whether another entry has the address by now, in the live network or only in its
 * configuration. */
static bool address_is_taken(virNetworkPtr handle, struct in_addr address)
{
	static const unsigned int views[] = {0, VIR_NETWORK_XML_INACTIVE};

	for (size_t i = 0; i < ARRAY_LENGTH(views); i++) {
		CLEANUP(network_free) struct network network = {0};

		if (network_read(handle, views[i], &network, NULL) == 0 &&
		    network_host_by_address(&network, address))
			return true;
	}
	return false;
}

int reservation_add(struct run *run, struct host *host,
		    const uint8_t mac[static MAC_SIZE], const char *name,
		    struct in_addr address, bool *taken, struct error *error)
{
	CLEANUP(free_ptr) char *xml = network_host_xml(mac, name, address);
	virNetworkPtr handle = host_connection(host)->network;
	unsigned int flags = VIR_NETWORK_UPDATE_AFFECT_LIVE;
	int status;

	LOCKED(host);
	*taken = false;
	if (virNetworkIsPersistent(handle) == 1)
		flags |= VIR_NETWORK_UPDATE_AFFECT_CONFIG;
	if (run_change(run, error) < 0)
		return -1;
	status = virNetworkUpdate(handle, VIR_NETWORK_UPDATE_COMMAND_ADD_LAST,
				  VIR_NETWORK_SECTION_IP_DHCP_HOST,
				  host->facts.network.ip_index, xml, flags);
	run_point(run);
	if (status == 0)
		return 0;
	virt_error(error, "can't reserve the address");
	*taken = virt_error_code() == VIR_ERR_OPERATION_INVALID &&
		 address_is_taken(handle, address);
	return -1;
}

/* In the live network or the configuration, which may differ after a daemon was killed.
 */
static int delete_from(struct run *run, virNetworkPtr handle, unsigned int view,
		       unsigned int flag, const struct metadata_reservation *reservation,
		       struct error *error)
{
	CLEANUP(network_free) struct network network = {0};
	CLEANUP(free_ptr)
	char *xml = network_host_xml(reservation->mac, reservation->name,
				     reservation->ip);
	const struct network_host *found;
	int status;

	if (network_read(handle, view, &network, error) < 0)
		return -1;
	found = network_host_by_mac(&network, reservation->mac);
	if (!found || found->address.s_addr != reservation->ip.s_addr || !found->name ||
	    strcmp(found->name, reservation->name))
		return 0;
	if (run_change(run, error) < 0)
		return -1;
	status = virNetworkUpdate(handle, VIR_NETWORK_UPDATE_COMMAND_DELETE,
				  VIR_NETWORK_SECTION_IP_DHCP_HOST, network.ip_index, xml,
				  flag);
	run_point(run);
	return status < 0 ? virt_error(error, "can't delete the reservation") : 0;
}

int reservation_delete(struct run *run, struct host *host,
		       const struct metadata_reservation *reservation,
		       struct error *error)
{
	CLEANUP(virNetworkFree_ptr)
	virNetworkPtr handle = virNetworkLookupByName(host_connection(host)->connection,
						      reservation->network);

	if (!handle && virt_error_code() == VIR_ERR_NO_NETWORK)
		return 0;
	if (!handle)
		return virt_error(error, "network %s", reservation->network);
	LOCKED(host);
	if (virNetworkIsActive(handle) == 1 &&
	    delete_from(run, handle, 0, VIR_NETWORK_UPDATE_AFFECT_LIVE, reservation,
			error) < 0)
		return -1;
	if (virNetworkIsPersistent(handle) == 1 &&
	    delete_from(run, handle, VIR_NETWORK_XML_INACTIVE,
			VIR_NETWORK_UPDATE_AFFECT_CONFIG, reservation, error) < 0)
		return -1;
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reservations: a network's <host> entries, which give a MAC its address. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "leases/lease_virt.h"
#include "provision/host/host_connection.h"
#include "provision/host/network_read.h"
#include "provision/machine/reservation.h"
#include "provision/plan/orphan_text.h"

static void unlock(pthread_mutex_t **lock)
{
	pthread_mutex_unlock(*lock);
}

/* Holds host->lock until the end of the scope. */
#define LOCKED(host)                                              \
	CLEANUP(unlock) pthread_mutex_t *locked_ = &(host)->lock; \
	pthread_mutex_lock(locked_)

/* Whether it is an address of the range that its own network chooses from. */
static bool is_at_home(const struct network *network, struct in_addr address)
{
	uint32_t number = ntohl(address.s_addr);

	array_foreach(range, &network->ranges) {
		if (number >= range->first && number <= range->last)
			return true;
	}
	return false;
}

/*
 * The addresses that machines on other hypervisors have brought along when they moved:
 * they are outside of the range there, so the networks are one. Without `addresses` it
 * only counts.
 */
static size_t guests_count(const struct host *host, struct in_addr *addresses)
{
	size_t count = 0;

	for (struct host *const *peer = host->all; peer && *peer; peer++) {
		if (*peer == host || !(*peer)->facts.network.name)
			continue;
		array_foreach(domain, &(*peer)->facts.domains) {
			struct in_addr address = domain->metadata.reservation.ip;

			if (domain->metadata.state != METADATA_READY || !address.s_addr ||
			    is_at_home(&(*peer)->facts.network, address))
				continue;
			if (addresses)
				addresses[count] = address;
			count++;
		}
	}
	return count;
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
	    network_read_configured(handle, &network, error) < 0 ||
	    lease_virt_network(handle, NULL, &leases, error) < 0)
		return -1;
	taken = mem_zero(leases.count + host->handed.count + host->facts.domains.count +
				 guests_count(host, NULL),
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
	count += guests_count(host, taken + count);
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
	status = virNetworkIsPersistent(handle);
	if (status < 0)
		return virt_error(error, "can't reserve the address");
	if (status > 0)
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

/* A network in operation, or its configuration; others can change them one by one. */
struct view {
	unsigned int xml_flag, update_flag;
	bool exists;
	struct network network;
};

enum { VIEWS = 2 };

struct views {
	struct view list[VIEWS];
};

static void views_free(struct views *views)
{
	for (size_t i = 0; i < VIEWS; i++)
		network_free(&views->list[i].network);
}

static int views_read(virNetworkPtr handle, struct views *views, struct error *error)
{
	int active = virNetworkIsActive(handle);
	int persistent = active < 0 ? -1 : virNetworkIsPersistent(handle);

	if (persistent < 0)
		return virt_error(error, "whether the network is active");
	*views = (struct views){
		{{.update_flag = VIR_NETWORK_UPDATE_AFFECT_LIVE, .exists = active == 1},
		 {.xml_flag = VIR_NETWORK_XML_INACTIVE,
		  .update_flag = VIR_NETWORK_UPDATE_AFFECT_CONFIG,
		  .exists = persistent == 1}}};
	for (size_t i = 0; i < VIEWS; i++) {
		struct view *view = &views->list[i];

		if (view->exists &&
		    network_read(handle, view->xml_flag, &view->network, error) < 0)
			return -1;
	}
	return 0;
}

static int view_update(struct run *run, virNetworkPtr handle, const struct view *view,
		       unsigned int command,
		       const struct metadata_reservation *reservation,
		       const char *failure, struct error *error)
{
	CLEANUP(free_ptr)
	char *xml = network_host_xml(reservation->mac, reservation->name,
				     reservation->ip);
	int status;

	if (run_change(run, error) < 0)
		return -1;
	status = virNetworkUpdate(handle, command, VIR_NETWORK_SECTION_IP_DHCP_HOST,
				  view->network.ip_index, xml, view->update_flag);
	run_point(run);
	return status < 0 ? virt_error(error, "%s", failure) : 0;
}

int reservation_restore(struct run *run, struct host *host,
			const struct metadata_reservation *reservation,
			struct error *error)
{
	virNetworkPtr handle = host_connection(host)->network;
	CLEANUP(views_free) struct views views = {0};

	LOCKED(host);
	if (views_read(handle, &views, error) < 0)
		return -1;
	for (size_t i = 0; i < VIEWS; i++) {
		const struct view *view = &views.list[i];

		if (!view->exists ||
		    network_hosts_by_mac(&view->network.hosts, reservation->mac))
			continue;
		if (view_update(run, handle, view, VIR_NETWORK_UPDATE_COMMAND_ADD_LAST,
				reservation, "can't reserve the address", error) < 0)
			return -1;
	}
	return 0;
}

static bool is_same(const struct network_host *found,
		    const struct metadata_reservation *reservation)
{
	return found->address.s_addr == reservation->ip.s_addr && found->name &&
	       !strcmp(found->name, reservation->name);
}

/* What others have given the machine's MAC address stays. */
static void changed_note(struct run *run, const struct host *host,
			 const struct metadata_reservation *reservation,
			 const struct network_host *changed[static VIEWS])
{
	const struct network_host *one = changed[0] ? changed[0] : changed[1];
	CLEANUP(free_ptr)
	char *command = orphan_entry_command(host->facts.uri, reservation->network, one,
					     NULL, changed[0], changed[1]);
	CLEANUP(free_ptr) char *text = NULL;
	char address[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &one->address, address, sizeof(address));
	text = mem_format("the reservation of %s%s%s in network %s stays, as others have "
			  "changed it; to delete it: %s",
			  address, one->name ? " for " : "", one->name ? one->name : "",
			  reservation->network, command);
	run_note(run, reservation->name, text);
}

static int views_delete(struct run *run, struct host *host, virNetworkPtr handle,
			const struct metadata_reservation *reservation,
			struct error *error)
{
	CLEANUP(views_free) struct views views = {0};
	const struct network_host *changed[VIEWS] = {NULL};

	if (views_read(handle, &views, error) < 0)
		return -1;
	for (size_t i = 0; i < VIEWS; i++) {
		const struct view *view = &views.list[i];
		const struct network_host *found = network_hosts_by_mac(
			&view->network.hosts, reservation->mac);

		if (!found)
			continue;
		if (!is_same(found, reservation))
			changed[i] = found;
		else if (view_update(run, handle, view, VIR_NETWORK_UPDATE_COMMAND_DELETE,
				     reservation, "can't delete the reservation",
				     error) < 0)
			return -1;
	}
	if (changed[0] || changed[1])
		changed_note(run, host, reservation, changed);
	return 0;
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
	return views_delete(run, host, handle, reservation, error);
}

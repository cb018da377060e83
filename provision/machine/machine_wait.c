/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until a machine has its address. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt.h"
#include "leases/lease_virt.h"
#include "provision/machine/address_script.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_wait.h"

/* libvirt has no event for leases; a query takes a millisecond. */
enum { POLL_MS = 200 };

/* The NIC of a guest that runs since before this run; NULL: none, or not known. */
static const struct hardware_nic *nic_live(const struct change *change)
{
	const struct facts_domain *domain = change->domain;

	return domain ? domain_hardware_nic(&domain->live, change->mac) : NULL;
}

/* The network that the guest's NIC is on, if that is another one than the batch's, until
 * its next start. */
static const char *elsewhere(const struct change *change)
{
	const struct hardware_nic *nic = nic_live(change);

	return !nic || text_equal(nic->source, change->facts->config->network)
		       ? NULL
		       : nic->source;
}

/* The network that assigns the address now; the caller frees it. NULL: none that libvirt
 * has, or it can't be asked. */
static virNetworkPtr network_open(const struct change *change)
{
	const struct host_connection *link = host_connection(change->host);
	const char *other = elsewhere(change);

	if (other)
		return virNetworkLookupByName(link->connection, other);
	if (link->network)
		virNetworkRef(link->network);
	return link->network;
}

/* The lease of the wanted address, or of any IPv4 address if none is wanted. */
static bool lease_choose(const struct lease_list *leases,
			 const uint8_t mac[static MAC_SIZE],
			 struct machine_address *address)
{
	const struct lease *best = NULL;

	array_foreach(lease, leases) {
		if (lease->address.family != AF_INET || !lease->has_mac ||
		    !mac_equal(lease->mac, mac))
			continue;
		if (address->known && lease->address.v4.s_addr != address->address.s_addr)
			continue;
		if (!best || lease->expires_s > best->expires_s)
			best = lease;
	}
	if (!best)
		return false;
	address->address = best->address.v4;
	address->source = LEASE_FROM_LEASE;
	return true;
}

static bool lease_find(const struct change *change, struct machine_address *address)
{
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	CLEANUP(virNetworkFree_ptr) virNetworkPtr network = network_open(change);

	return network && lease_virt_network(network, change->mac, &leases, NULL) == 0 &&
	       lease_choose(&leases, change->mac, address);
}

/* The same for each of its NICs, by the leases of the network that were read for the
 * first machine: a query reads those of all. */
static bool lease_known(const struct change *change, struct machine_address *address)
{
	struct host *host = change->host;
	bool found = false;

	if (elsewhere(change))
		return lease_find(change, address);
	pthread_mutex_lock(&host->lock);
	if (!host->has_leases && host->network)
		host->has_leases = lease_virt_network(host_connection(host)->network,
						      NULL, &host->leases, NULL) == 0;
	found = lease_choose(&host->leases, change->mac, address);
	array_foreach(mac, &change->domain->macs) {
		if (!found)
			found = lease_choose(&host->leases, mac->mac, address);
	}
	pthread_mutex_unlock(&host->lock);
	return found;
}

static bool interface_read(const virDomainInterface *interface,
			   const uint8_t mac[static MAC_SIZE],
			   struct machine_address *address)
{
	uint8_t its[MAC_SIZE];

	if (!interface->hwaddr || mac_parse(interface->hwaddr, its, NULL) < 0 ||
	    !mac_equal(its, mac))
		return false;
	for (unsigned int i = 0; i < interface->naddrs; i++) {
		struct lease_address found;

		if (lease_address_parse(interface->addrs[i].addr, &found, NULL) < 0 ||
		    found.family != AF_INET)
			continue;
		address->address = found.v4;
		return true;
	}
	return false;
}

/* An address of the NIC that the guest agent, or the ARP table of the host, has. */
static bool guest_ask(const struct change *change, virDomainPtr domain,
		      struct machine_address *address)
{
	static const struct {
		unsigned int libvirt;
		enum lease_source source;
	} sources[] = {{VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT, LEASE_FROM_AGENT},
		       {VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP, LEASE_FROM_ARP}};
	bool found = false;

	for (size_t i = 0; i < ARRAY_LENGTH(sources) && !found; i++) {
		virDomainInterfacePtr *interfaces = NULL;
		int count = virDomainInterfaceAddresses(domain, &interfaces,
							sources[i].libvirt, 0);

		for (int at = 0; at < count; at++) {
			if (!found &&
			    interface_read(interfaces[at], change->mac, address)) {
				address->source = sources[i].source;
				found = true;
			}
			virDomainInterfaceFree(interfaces[at]);
		}
		free(interfaces);
	}
	return found;
}

static bool guest_knows(const struct change *change, struct machine_address *address)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	if (!change->domain->active)
		return false;
	domain = host_domain_open(change->host, change->uuid, NULL);
	return domain && guest_ask(change, domain, address);
}

/* An address of another DHCP server may only be known to the script. */
static bool address_seen(const struct change *change, virDomainPtr domain,
			 struct machine_address *address)
{
	if (lease_find(change, address))
		return true;
	if (change->facts->config->network_script &&
	    address_script_lookup(change, &address->address, NULL) == 0) {
		address->source = LEASE_FROM_SCRIPT;
		return true;
	}
	return !change->facts->network.has_dhcp && guest_ask(change, domain, address);
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int machine_wait(struct run *run, const struct change *change,
		 struct machine_address *address, struct error *error)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};
	double end = seconds_now() + run->wait_s;
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = host_domain_open(change->host, change->uuid, error);

	if (!domain)
		return -1;
	/* libvirt has no leases of a network whose addresses a script assigns. */
	if (address->by_script)
		return 0;
	run_report(run, change->name, "wait for the address");
	while (!address_seen(change, domain, address)) {
		if (*run->interrupted)
			return error_set(error,
					 "interrupted while it waited for its address");
		if (virConnectIsAlive(host_connection(change->host)->connection) == 0)
			return error_set(error, "the connection to %s was lost",
					 change->facts->config->name);
		if (virDomainIsActive(domain) == 0)
			return error_set(error, "stopped before it got an address");
		if (seconds_now() > end)
			return error_set(error, "has no address after %u s", run->wait_s);
		nanosleep(&pause, NULL);
	}
	address->known = true;
	return 0;
}

int machine_wait_running(struct run *run, const struct change *change,
			 struct machine_address *address, struct error *error)
{
	const struct facts_domain *domain = change->domain;

	if (!run->wait_s || domain->is_paused ||
	    (address->known && address->source != LEASE_FROM_STATIC))
		return 0;
	if (domain->live.is_known && !nic_live(change))
		return error_set(error, "has no network interface");
	return machine_wait(run, change, address, error);
}

static bool script_knows(const struct change *change, struct machine_address *address)
{
	return change->machine && change->machine->plan &&
	       change->facts->config->network_script &&
	       address_script_lookup(change, &address->address, NULL) == 0;
}

/* A reservation on the network that the guest's NIC is on, or will be when it starts. */
static void reserved_find(const struct change *change, struct machine_address *address)
{
	const struct metadata_reservation *reservation =
		&change->domain->metadata.reservation;
	const struct hardware_nic *nic = nic_live(change);

	if (!reservation->network ||
	    facts_reservation_is_missing(change->facts, reservation) ||
	    (nic && !reservation->by_script &&
	     !text_equal(nic->source, reservation->network)))
		return;
	address->address = reservation->ip;
	address->known = reservation->ip.s_addr != 0;
	address->by_script = reservation->by_script;
	address->source = address->by_script ? LEASE_FROM_SCRIPT : LEASE_FROM_STATIC;
}

int machine_address_find(const struct change *change, struct machine_address *address)
{
	*address = (struct machine_address){0};
	reserved_find(change, address);
	if (address->by_script)
		return address->known ? 0 : -1;
	if (lease_known(change, address)) {
		address->known = true;
	} else if (!address->known && script_knows(change, address)) {
		address->known = true;
		address->source = LEASE_FROM_SCRIPT;
	} else if (!address->known) {
		address->known = guest_knows(change, address);
	}
	return address->known ? 0 : -1;
}

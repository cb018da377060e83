/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until a machine has its address. */
#define _GNU_SOURCE
#include <time.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "leases/lease_virt.h"
#include "provision/machine/address_script.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_wait.h"

/* libvirt has no event for leases; a query takes a millisecond. */
enum { POLL_MS = 200 };

/* The lease of the wanted address, or of any IPv4 address if none is wanted. */
static bool lease_find(virNetworkPtr network, const uint8_t mac[static MAC_SIZE],
		       struct machine_address *address)
{
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	const struct lease *best = NULL;

	if (lease_virt_network(network, mac, &leases, NULL) < 0)
		return false;
	array_foreach(lease, &leases) {
		if (lease->address.family != AF_INET)
			continue;
		if (address->known && lease->address.v4.s_addr != address->address.s_addr)
			continue;
		if (!best || lease->expires_s > best->expires_s)
			best = lease;
	}
	if (best)
		address->address = best->address.v4;
	return best != NULL;
}

/* An address of another DHCP server may only be known to the script. */
static bool address_seen(const struct change *change, struct machine_address *address)
{
	if (change->host->network &&
	    lease_find(host_connection(change->host)->network, change->mac, address))
		return true;
	return change->facts->config->network_script &&
	       address_script_lookup(change, &address->address, NULL) == 0;
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
	while (!address_seen(change, address)) {
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

static bool script_knows(const struct change *change, struct machine_address *address)
{
	return change->machine && change->machine->plan &&
	       change->facts->config->network_script &&
	       address_script_lookup(change, &address->address, NULL) == 0;
}

int machine_address_find(const struct change *change, struct machine_address *address)
{
	struct host *host = change->host;
	const struct facts_domain *domain = change->domain;
	const struct metadata_reservation *reservation = &domain->metadata.reservation;

	*address = (struct machine_address){0};
	if (reservation->network &&
	    !facts_reservation_is_missing(change->facts, reservation)) {
		address->address = reservation->ip;
		address->known = reservation->ip.s_addr != 0;
		address->by_script = reservation->by_script;
		return address->known ? 0 : -1;
	}
	array_foreach(mac, &domain->macs) {
		if (host->network &&
		    lease_find(host_connection(host)->network, mac->mac, address)) {
			address->known = true;
			return 0;
		}
	}
	address->known = script_knows(change, address);
	return address->known ? 0 : -1;
}

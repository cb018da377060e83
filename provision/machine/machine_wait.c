/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waiting until a machine has its address. */
#define _GNU_SOURCE
#include <time.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/text.h"
#include "common/virt.h"
#include "leases/lease_virt.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_sources.h"
#include "provision/machine/machine_wait.h"

enum {
	/* libvirt has no event for leases; a query takes a millisecond. */
	POLL_MS = 200,
	/* The agent starts a program in the guest, a script is one. */
	ASK_MS = 1000,
};

/* A wait in progress. */
struct wait {
	struct run *run;
	struct machine_sources sources;
	uint64_t end_ms, ask_ms; /* when it is over; when all sources are asked next */
};

/* Whether only leases count: of a reserved address, and where libvirt assigns the
 * addresses of the only family. IPv6 has also router advertisements. */
static bool only_leases_count(const struct machine_sources *sources)
{
	const struct facts *facts = sources->change->facts;

	return sources->wanted ||
	       (!facts->config->network_script && facts->network.has_dhcp &&
		!facts->network.has_subnet6);
}

static bool address_seen(struct wait *wait, struct machine_address *address)
{
	struct machine_sources *sources = &wait->sources;
	uint64_t now_ms = clock_ms();

	sources->leases_only = only_leases_count(sources) || now_ms < wait->ask_ms;
	if (!sources->leases_only)
		wait->ask_ms = now_ms + ASK_MS;
	return machine_sources_ask(sources, address);
}

/* Asks all sources once more, to say what each of them answered. */
static int time_over(const struct wait *wait, struct machine_address *address,
		     struct error *error)
{
	struct machine_sources sources = wait->sources;
	CLEANUP(source_replies_free) struct source_replies replies = {0};
	CLEANUP(buf_free) struct buf text = {0};

	sources.leases_only = false;
	sources.replies = &replies;
	if (machine_sources_ask(&sources, address))
		return 0;
	source_replies_format(&replies, &text);
	return error_set(error, "has no address after %u s (%s)", wait->run->wait_s,
			 buf_text(&text));
}

static int wait_check(const struct wait *wait, struct error *error)
{
	const struct change *change = wait->sources.change;

	if (*wait->run->interrupted)
		return error_set(error, "interrupted while it waited for its address");
	if (virConnectIsAlive(host_connection(change->host)->connection) == 0)
		return error_set(error, "the connection to %s was lost",
				 change->facts->config->name);
	if (virDomainIsActive(wait->sources.domain) == 0)
		return error_set(error, "stopped before it got an address");
	return 0;
}

static int address_wait(struct wait *wait, struct machine_address *address,
			struct error *error)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};

	while (!address_seen(wait, address)) {
		if (wait_check(wait, error) < 0)
			return -1;
		if (clock_ms() > wait->end_ms)
			return time_over(wait, address, error);
		nanosleep(&pause, NULL);
	}
	return 0;
}

/* `is_new`: the guest was just started. */
static int wait_begin(struct run *run, const struct change *change, bool is_new,
		      struct machine_address *address, struct error *error)
{
	const struct in_addr reserved = address->address.v4;
	CLEANUP(neighbours_free) struct neighbour_list before = {0};
	struct wait wait = {.run = run,
			    .sources = {.change = change},
			    .end_ms = clock_ms() + (uint64_t)run->wait_s * 1000};
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = host_domain_open(change->host, change->uuid, error);

	if (!domain)
		return -1;
	/* libvirt has no leases of a network whose addresses a script assigns. */
	if (address->by_script)
		return 0;
	wait.sources.domain = domain;
	if (address->known && address->source == LEASE_FROM_STATIC)
		wait.sources.wanted = &reserved;
	if (is_new)
		machine_sources_begin(&wait.sources, &before);
	run_report(run, change->name, "wait for the address");
	if (address_wait(&wait, address, error) < 0)
		return -1;
	address->known = true;
	return 0;
}

int machine_wait(struct run *run, const struct change *change,
		 struct machine_address *address, struct error *error)
{
	return wait_begin(run, change, true, address, error);
}

int machine_wait_running(struct run *run, const struct change *change,
			 struct machine_address *address, struct error *error)
{
	const struct facts_domain *domain = change->domain;

	if (!run->wait_s || domain->is_paused ||
	    (address->known && address->source != LEASE_FROM_STATIC))
		return 0;
	if (domain->live.is_known && !machine_nic_live(change))
		return error_set(error, "has no network interface");
	return wait_begin(run, change, false, address, error);
}

/* Those of the network, which were read for the first machine: a query reads those of
 * all. */
static void leases_copy(const struct change *change, struct lease_list *leases)
{
	struct host *host = change->host;

	pthread_mutex_lock(&host->lock);
	if (!host->has_leases && host->network)
		host->has_leases = lease_virt_network(host_connection(host)->network,
						      NULL, &host->leases, NULL) == 0;
	array_foreach(lease, &host->leases) {
		bool is_own = mac_equal(lease->mac, change->mac);

		array_foreach(mac, &change->domain->macs)
			is_own |= mac_equal(lease->mac, mac->mac);
		if (lease->has_mac && is_own)
			lease_list_copy(leases, lease);
	}
	pthread_mutex_unlock(&host->lock);
}

/* A reservation on the network that the guest's NIC is on, or will be when it starts. */
static void reserved_find(const struct change *change, struct machine_address *address)
{
	const struct metadata_reservation *reservation =
		&change->domain->metadata.reservation;
	const struct hardware_nic *nic = machine_nic_live(change);

	if (!reservation->network ||
	    facts_reservation_is_missing(change->facts, reservation) ||
	    (nic && !reservation->by_script &&
	     !text_equal(nic->source, reservation->network)))
		return;
	address->address = lease_address_v4(reservation->ip);
	address->known = reservation->ip.s_addr != 0;
	address->by_script = reservation->by_script;
	address->source = address->by_script ? LEASE_FROM_SCRIPT : LEASE_FROM_STATIC;
}

/* Agent and ARP table are asked only about guests that run and are not known. */
static bool address_find(const struct change *change, struct machine_sources *sources,
			 struct machine_address *address)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	sources->leases_only = true;
	if (machine_sources_ask(sources, address))
		return true;
	if (sources->wanted)
		return false;
	if (change->domain->active)
		domain = host_domain_open(change->host, change->uuid, NULL);
	sources->domain = domain;
	sources->leases_only = false;
	return machine_sources_ask(sources, address);
}

int machine_address_find(const struct change *change, struct machine_address *address)
{
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	struct machine_sources sources = {.change = change};
	struct in_addr reserved;

	*address = (struct machine_address){0};
	reserved_find(change, address);
	if (address->by_script)
		return address->known ? 0 : -1;
	reserved = address->address.v4;
	if (address->known)
		sources.wanted = &reserved;
	if (!machine_network_live(change)) {
		leases_copy(change, &leases);
		sources.leases = &leases;
	}
	if (address_find(change, &sources, address))
		address->known = true;
	return address->known ? 0 : -1;
}

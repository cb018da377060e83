/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whether the address of a lease is in use, by a machine of libvirt or by others.
 */
#define _GNU_SOURCE
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/arp_probe.h"
#include "leases/hypervisor_ask.h"
#include "leases/lease_presence.h"

enum { PROBE_WAIT_MS = 1000 };

static void agents_check(struct presence_check *checks, size_t count,
			 struct hypervisor *hypervisor)
{
	CLEANUP(lease_list_free) struct lease_list known = {0};

	hypervisor_ask_agents(hypervisor, &known);
	for (size_t i = 0; i < count; i++) {
		array_foreach(lease, &known) {
			if (checks[i].used ||
			    !lease_address_equal(&lease->address,
						 &checks[i].lease->address))
				continue;
			checks[i].used = mem_format("%s's guest agent has it",
						    lease->machine);
		}
	}
}

static void neighbours_check(struct presence_check *checks, size_t count)
{
	CLEANUP(neighbours_free) struct neighbour_list seen = {0};
	CLEANUP(error_free) struct error error = {0};
	bool failed = neighbours_read(&seen, &error) < 0;

	for (size_t i = 0; i < count; i++) {
		const struct lease *lease = checks[i].lease;

		if (lease->address.family == AF_INET || checks[i].used)
			continue;
		if (failed)
			checks[i].used = mem_string(error_text(&error));
		array_foreach(neighbour, &seen.all) {
			if (!checks[i].used &&
			    lease_address_equal(&neighbour->address, &lease->address))
				checks[i].used = mem_string("it has been seen (NDP)");
		}
	}
}

/* Probes the IPv4 addresses on the bridge of check `first`, from there on. */
static void bridge_check(struct presence_check *checks, size_t count, size_t first)
{
	const char *bridge = checks[first].lease->bridge;
	CLEANUP(free_ptr) struct arp_probe *probes = mem_zero(count, sizeof(*probes));
	CLEANUP(free_ptr) size_t *places = mem_zero(count, sizeof(*places));
	CLEANUP(error_free) struct error error = {0};
	size_t probed = 0;
	bool failed;

	for (size_t i = first; i < count; i++) {
		const struct lease *lease = checks[i].lease;

		if (lease->address.family != AF_INET || !lease->bridge ||
		    strcmp(lease->bridge, bridge))
			continue;
		places[probed] = i;
		probes[probed++].address = lease->address;
	}
	failed = arp_probe_run(bridge, probes, probed, PROBE_WAIT_MS, &error) < 0;
	for (size_t i = 0; i < probed; i++) {
		struct presence_check *check = &checks[places[i]];

		if (!check->used && failed)
			check->used = mem_string(error_text(&error));
		else if (!check->used && probes[i].answered)
			check->used = mem_string("it replies to ARP");
	}
}

/* Whether an earlier check has the same bridge, which was probed then. */
static bool is_probed(const struct presence_check *checks, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		const struct lease *lease = checks[i].lease;

		if (lease->address.family == AF_INET && lease->bridge &&
		    !strcmp(lease->bridge, checks[at].lease->bridge))
			return true;
	}
	return false;
}

void lease_presence_check(struct presence_check *checks, size_t count,
			  struct hypervisor *hypervisors, size_t hypervisor_count)
{
	if (!count)
		return;
	for (size_t i = 0; i < hypervisor_count; i++)
		agents_check(checks, count, &hypervisors[i]);
	neighbours_check(checks, count);
	for (size_t i = 0; i < count; i++) {
		const struct lease *lease = checks[i].lease;

		if (lease->address.family == AF_INET && lease->bridge &&
		    !is_probed(checks, i))
			bridge_check(checks, count, i);
	}
}

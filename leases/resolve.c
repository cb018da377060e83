/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resolves what the user names to addresses, best first. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "leases/resolve.h"

struct target target_make(const char *word, const struct machine_list *const *machines,
			  size_t count)
{
	struct target target = {.word = word, .kind = TARGET_MACHINE};

	for (size_t i = 0; i < count && !target.machine; i++) {
		if (machine_find(machines[i], word))
			target.machine = word;
	}
	for (size_t i = 0; i < count && !target.machine; i++) {
		const struct machine *machine = machine_find_uuid(machines[i], word);

		if (machine) {
			target.machine = machine->name;
			target.one_host = true;
			target.host = i;
		}
	}
	if (target.machine)
		return target;
	if (mac_parse(word, target.mac, NULL) == 0)
		target.kind = TARGET_MAC;
	else if (lease_address_parse(word, &target.address, NULL) == 0)
		target.kind = TARGET_ADDRESS;
	else
		target.kind = TARGET_HOSTNAME;
	return target;
}

static bool machine_matches(const struct target *target, size_t host, const char *name)
{
	return (!target->one_host || target->host == host) &&
	       !strcmp(target->machine, name);
}

bool target_matches_machine(const struct target *target, size_t host,
			    const struct machine *machine)
{
	switch (target->kind) {
	case TARGET_MACHINE:
		return machine_matches(target, host, machine->name);
	case TARGET_MAC:
		return machine_nic_find(machine, target->mac);
	case TARGET_ADDRESS:
	case TARGET_HOSTNAME:
		break;
	}
	return false;
}

bool target_matches_lease(const struct target *target, size_t host,
			  const struct lease *lease, const char *machine)
{
	switch (target->kind) {
	case TARGET_MACHINE:
		return machine && machine_matches(target, host, machine);
	case TARGET_MAC:
		return lease->has_mac && mac_equal(lease->mac, target->mac);
	case TARGET_ADDRESS:
		return lease_address_equal(&lease->address, &target->address);
	case TARGET_HOSTNAME:
		break;
	}
	return lease->hostname && !strcasecmp(lease->hostname, target->word);
}

bool target_matches(const struct target *target, const struct result *result)
{
	return target_matches_lease(target, result->host, &result->lease,
				    result->lease.machine);
}

static int refs_compare(const void *a, const void *b)
{
	const struct result *x = *(const struct result *const *)a;
	const struct result *y = *(const struct result *const *)b;
	int order = result_compare(x, y);

	return order ? order : (x->host > y->host) - (x->host < y->host);
}

void target_results(const struct target *target, const struct result_list *results,
		    struct result_refs *refs)
{
	array_foreach(result, results) {
		if (target_matches(target, result))
			*array_add(refs) = result;
	}
	if (refs->count)
		qsort(refs->items, refs->count, sizeof(*refs->items), refs_compare);
}

/* Takes n * n time, but a machine has few addresses. */
void result_refs_unique(struct result_refs *refs)
{
	size_t kept = 0;

	for (size_t i = 0; i < refs->count; i++) {
		size_t j = 0;

		while (j < kept && !lease_address_equal(&refs->items[j]->lease.address,
							&refs->items[i]->lease.address))
			j++;
		if (j == kept)
			refs->items[kept++] = refs->items[i];
	}
	refs->count = kept;
}

static bool result_counts(const struct result *result, const struct target_wait *wait)
{
	return wait->reservations || result->lease.source != LEASE_FROM_STATIC;
}

static bool nic_has_result(const struct machine_nic *nic, size_t host,
			   const struct result_refs *refs, const struct target_wait *wait)
{
	array_foreach(ref, refs) {
		if ((*ref)->host == host && (*ref)->lease.has_mac &&
		    mac_equal((*ref)->lease.mac, nic->mac) && result_counts(*ref, wait))
			return true;
	}
	return false;
}

struct nic_count {
	size_t all, answered;
};

static void nics_count(const struct machine *machine, size_t host,
		       const struct result_refs *refs, const struct target_wait *wait,
		       struct nic_count *count)
{
	array_foreach(nic, &machine->nics) {
		if (wait->network &&
		    (!nic->network || strcmp(nic->network, wait->network)))
			continue;
		count->all++;
		count->answered += machine->active &&
				   nic_has_result(nic, host, refs, wait);
	}
}

bool target_complete(const struct target *target, const struct result_refs *refs,
		     const struct machine_list *const *machines, size_t count,
		     const struct target_wait *wait)
{
	struct nic_count nics = {0};

	if (target->kind != TARGET_MACHINE) {
		array_foreach(ref, refs) {
			if (result_counts(*ref, wait))
				return true;
		}
		return false;
	}
	for (size_t host = 0; host < count; host++) {
		array_foreach(machine, machines[host]) {
			if (target_matches_machine(target, host, machine))
				nics_count(machine, host, refs, wait, &nics);
		}
	}
	return wait->any ? nics.answered > 0 : nics.all > 0 && nics.answered == nics.all;
}

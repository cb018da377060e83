/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds what is wrong with the leases and reservations of a hypervisor. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "leases/audit.h"
#include "leases/audit_duplicates.h"

/* The state of one audit. */
struct audit {
	const struct audit_input *input;
	struct finding_list *findings;
	const struct machine_index *index; /* of this hypervisor */
	struct lease_list reservations;	   /* as leases; owned */
	struct audit_entries live;	   /* leases in force, then reservations */
	size_t lease_count;		   /* of the leases in `live` */
};

static void entry_add(struct audit *audit, const struct lease *lease)
{
	struct audit_entry entry = {.lease = lease};
	const struct machine_place *place;
	const struct net *net;

	if (lease->has_mac) {
		place = machine_index_find(audit->index, lease->mac, lease->network);
		entry.machine = place ? place->machine : NULL;
	}
	if (lease->network) {
		net = net_find(audit->input->nets, lease->network);
		entry.inactive = net && !net->active;
	}
	*array_add(&audit->live) = entry;
}

/* Leases in force become entries; others become findings. */
static void leases_add(struct audit *audit)
{
	uint64_t now_s = audit->input->now_s;

	array_foreach(lease, audit->input->leases) {
		bool expired = lease->expires_s && lease->expires_s <= now_s;
		const struct audit_entry *entry;

		entry_add(audit, lease);
		entry = &audit->live.items[audit->live.count - 1];
		if (!expired && !entry->inactive)
			continue;
		finding_add(audit->findings, FINDING_EXPIRED, FIX_NONE, entry,
			    mem_string(expired ? "expired, but still in the lease file"
					       : "its network is not active"));
		audit->live.count--;
	}
	audit->lease_count = audit->live.count;
}

static void reservations_add(struct audit *audit)
{
	array_foreach(net, audit->input->nets) {
		array_foreach(reservation, &net->reservations) {
			struct lease *lease = array_add(&audit->reservations);

			lease->source = LEASE_FROM_STATIC;
			lease->address = reservation->address;
			lease->has_mac = reservation->has_mac;
			memcpy(lease->mac, reservation->mac, MAC_SIZE);
			lease->hostname = mem_string(reservation->name);
			lease->network = mem_string(net->name);
			lease->bridge = mem_string(net->bridge);
		}
	}
	array_foreach(lease, &audit->reservations)
		entry_add(audit, lease);
}

static bool claims(const struct machine *machine, const struct lease *reservation)
{
	array_foreach(claim, &machine->claims) {
		if (!strcmp(claim->network, reservation->network) &&
		    mac_equal(claim->mac, reservation->mac) &&
		    lease_address_equal(&claim->address, &reservation->address))
			return true;
	}
	return false;
}

/* Any hypervisor's machine may claim it: metadata migrate, reservations do not. */
static bool is_claimed(const struct audit *audit, const struct lease *reservation)
{
	for (size_t i = 0; i < audit->input->host_count; i++) {
		array_foreach(machine, audit->input->hosts[i].machines) {
			if (claims(machine, reservation))
				return true;
		}
	}
	return false;
}

/* The machine on another hypervisor that has the lease's MAC; NULL if there is none. */
static const struct machine *moved_find(const struct audit *audit,
					const struct lease *lease, size_t *host)
{
	const struct machine *found = NULL;

	for (size_t i = 0; i < audit->input->host_count; i++) {
		const struct machine_place *place = machine_index_find(
			&audit->input->hosts[i].index, lease->mac, lease->network);

		if (!place || (found && !place->machine->active))
			continue;
		found = place->machine;
		*host = i;
	}
	return found;
}

static void moved_add(struct audit *audit, const struct audit_entry *entry, size_t host)
{
	const char *hypervisor = audit->input->hosts[host].hypervisor;
	bool reserved = entry->lease->source == LEASE_FROM_STATIC;

	finding_add(audit->findings, FINDING_MOVED, FIX_NONE, entry,
		    mem_format("%s a MAC of %s, which is on %s",
			       reserved ? "reserved for" : "leased to",
			       entry->machine->name, hypervisor ? hypervisor : "-"));
}

static void orphan_add(struct audit *audit, const struct audit_entry *entry)
{
	bool reserved = entry->lease->source == LEASE_FROM_STATIC;
	enum finding_fix fix = FIX_RELEASE;

	if (reserved)
		fix = is_claimed(audit, entry->lease) ? FIX_DELETE : FIX_NONE;
	finding_add(audit->findings, FINDING_ORPHANED, fix, entry,
		    mem_format("%s a MAC that no machine has%s",
			       reserved ? "reserved for" : "leased to",
			       audit->input->host_count > 1
				       ? ""
				       : " here; no other hypervisor was asked"));
}

static void orphans_find(struct audit *audit)
{
	array_foreach(entry, &audit->live) {
		struct audit_entry moved = *entry;
		size_t host = 0;

		if (entry->machine || !entry->lease->has_mac)
			continue;
		moved.machine = moved_find(audit, entry->lease, &host);
		if (moved.machine)
			moved_add(audit, &moved, host);
		else
			orphan_add(audit, entry);
	}
}

static int place_compare(const void *a, const void *b)
{
	const struct lease *x = ((const struct audit_entry *)a)->lease;
	const struct lease *y = ((const struct audit_entry *)b)->lease;
	int order = strcmp(x->network ? x->network : "", y->network ? y->network : "");

	if (!order)
		order = (x->address.family > y->address.family) -
			(x->address.family < y->address.family);
	return order ? order
		     : memcmp(x->address.bytes, y->address.bytes,
			      sizeof(x->address.bytes));
}

/* Finds leases of addresses that are reserved for another MAC. */
static void conflicts_find(struct audit *audit)
{
	struct audit_entry *reserved = audit->live.items + audit->lease_count;
	size_t count = audit->live.count - audit->lease_count;

	if (!count)
		return;
	qsort(reserved, count, sizeof(*reserved), place_compare);
	for (size_t i = 0; i < audit->lease_count; i++) {
		struct audit_entry *entry = &audit->live.items[i], *found;
		char *text;

		found = bsearch(entry, reserved, count, sizeof(*reserved), place_compare);
		if (!found || !found->lease->has_mac || !entry->lease->has_mac ||
		    mac_equal(found->lease->mac, entry->lease->mac))
			continue;
		text = audit_entry_text(found);
		finding_add(audit->findings, FINDING_CONFLICTING, FIX_NONE, entry,
			    mem_format("its address is %s", text));
		free(text);
	}
}

static void range_check(struct audit *audit, const struct net *net,
			const struct net_range *range)
{
	char first[LEASE_ADDRESS_TEXT_MAX], last[LEASE_ADDRESS_TEXT_MAX];
	struct lease about = {.network = net->name, .bridge = net->bridge};
	struct audit_entry entry = {.lease = &about};
	const struct audit_entry *before = NULL;
	uint64_t used = 0, size = net_range_size(range);

	array_foreach(each, &audit->live) {
		if (!each->lease->network || strcmp(each->lease->network, net->name) ||
		    !net_range_has(range, &each->lease->address))
			continue;
		used += !before || place_compare(before, each);
		before = each;
	}
	if ((double)used * 100 < (double)size * audit->input->full_percent)
		return;
	finding_add(audit->findings, FINDING_POOL, FIX_NONE, &entry,
		    mem_format("%" PRIu64 " of %" PRIu64 " addresses from %s to %s are "
			       "leased or reserved",
			       used, size, lease_address_format(&range->first, first),
			       lease_address_format(&range->last, last)));
	audit->findings->items[audit->findings->count - 1].size = size;
	audit->findings->items[audit->findings->count - 1].used = used;
}

/* Sorted, a lease and the reservation of its address are adjacent and count once. */
static void pools_check(struct audit *audit)
{
	if (audit->live.count)
		qsort(audit->live.items, audit->live.count, sizeof(*audit->live.items),
		      place_compare);
	array_foreach(net, audit->input->nets) {
		if (!net->active)
			continue;
		array_foreach(range, &net->ranges)
			range_check(audit, net, range);
	}
}

void audit(const struct audit_input *input, struct finding_list *findings)
{
	const struct audit_host *host = &input->hosts[input->host];
	struct audit audit = {
		.input = input,
		.findings = findings,
		.index = &host->index,
	};
	size_t first = findings->count;

	leases_add(&audit);
	reservations_add(&audit);
	orphans_find(&audit);
	conflicts_find(&audit);
	audit_duplicates(&audit.live, findings);
	pools_check(&audit);
	for (size_t i = first; i < findings->count; i++) {
		findings->items[i].about.hypervisor = host->hypervisor;
		findings->items[i].about.host = input->host;
	}
	lease_list_free(&audit.reservations);
	free(audit.live.items);
}

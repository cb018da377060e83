/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A result: one address of one NIC from one source, and which sources disagree. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "leases/result.h"

/* The arguments of results_add(), and an index. */
struct result_maker {
	struct result_list *results;
	const struct result_input *input;
	const struct source_order *order;
	const struct address_filter *filter;
	struct machine_index index;
};

void result_list_free(struct result_list *results)
{
	if (!results)
		return;
	array_foreach(result, results) {
		lease_free(&result->lease);
		free(result->disagrees);
	}
	free(results->items);
	*results = (struct result_list){0};
}

static void lease_complete(const struct result_maker *maker, struct lease *lease)
{
	const struct machine_place *place = NULL;
	const struct net *net = NULL;

	if (!lease->network && lease->bridge)
		net = net_find_bridge(maker->input->nets, lease->bridge);
	if (net)
		lease->network = mem_string(net->name);
	if (lease->has_mac)
		place = machine_index_find(&maker->index, lease->mac, lease->network);
	if (place && !lease->machine)
		lease->machine = mem_string(place->machine->name);
	if (lease->network && !net)
		net = net_find(maker->input->nets, lease->network);
	if (net && !lease->bridge)
		lease->bridge = mem_string(net->bridge);
	if (net && !lease->prefix)
		lease->prefix = net_prefix(net, &lease->address);
}

/* Moves the lease to a new result, or frees it. */
static void lease_take(const struct result_maker *maker, struct lease *lease)
{
	struct result *result;

	if (source_order_has(maker->order, lease->source))
		lease_complete(maker, lease);
	if (!source_order_has(maker->order, lease->source) ||
	    !address_filter_accepts(maker->filter, lease)) {
		lease_free(lease);
		return;
	}
	result = array_add(maker->results);
	result->lease = *lease;
	*lease = (struct lease){0};
	result->hypervisor = maker->input->hypervisor;
	result->host = maker->input->host;
	result->rank = source_order_rank(maker->order, result->lease.source);
}

/* Finds the MAC of the client with this DUID, if it has a lease. */
static bool duid_find_mac(const struct result_maker *maker, const struct lease_id *duid,
			  uint8_t *mac)
{
	array_foreach(lease, maker->input->leases) {
		if (duid->size && lease->has_mac && lease->address.family == AF_INET6 &&
		    lease_id_equal(&lease->client_id, duid)) {
			memcpy(mac, lease->mac, MAC_SIZE);
			return true;
		}
	}
	return false;
}

static void reservations_take(const struct result_maker *maker, const struct net *net)
{
	array_foreach(reservation, &net->reservations) {
		struct lease lease = {
			.hostname = mem_string(reservation->name),
			.network = mem_string(net->name),
			.address = reservation->address,
			.has_mac = reservation->has_mac,
			.source = LEASE_FROM_STATIC,
		};

		memcpy(lease.mac, reservation->mac, MAC_SIZE);
		if (!lease.has_mac)
			lease.has_mac = duid_find_mac(maker, &reservation->duid,
						      lease.mac);
		if (reservation->duid.size)
			lease.client_id = lease_id_copy(&reservation->duid);
		lease_take(maker, &lease);
	}
}

static bool is_expired(const struct lease *lease, uint64_t now_s)
{
	return lease->has_expiry && lease->expires_s && lease->expires_s <= now_s;
}

static bool is_wanted(const struct result_maker *maker, const struct lease *lease)
{
	const struct machine_place *place = NULL;

	if (is_expired(lease, maker->input->now_s))
		return false;
	if (!maker->input->wanted)
		return true;
	if (lease->has_mac)
		place = machine_index_find(&maker->index, lease->mac, lease->network);
	return maker->input->wanted(maker->input->wanted_data, lease,
				    place ? place->machine : NULL);
}

void results_add(struct result_list *results, struct result_input *input,
		 const struct source_order *order, const struct address_filter *filter)
{
	struct result_maker maker = {
		.results = results,
		.input = input,
		.order = order,
		.filter = filter,
		.index = machine_index_make(input->machines),
	};

	array_foreach(net, input->nets) {
		if (net->active)
			reservations_take(&maker, net);
	}
	array_foreach(lease, input->leases) {
		if (is_wanted(&maker, lease))
			lease_take(&maker, lease);
	}
	array_foreach(other, input->others)
		lease_take(&maker, other);
	lease_list_free(input->leases);
	lease_list_free(input->others);
	machine_index_free(&maker.index);
}

static int number_compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static uint64_t expiry_key(const struct lease *lease)
{
	return lease->expires_s ? lease->expires_s : UINT64_MAX;
}

int result_compare(const struct result *a, const struct result *b)
{
	const struct lease *x = &a->lease, *y = &b->lease;
	int order = number_compare(a->rank, b->rank);

	if (!order)
		order = number_compare(x->address.family != AF_INET,
				       y->address.family != AF_INET);
	if (!order)
		order = number_compare(expiry_key(y), expiry_key(x));
	if (!order)
		order = memcmp(x->address.bytes, y->address.bytes,
			       sizeof(x->address.bytes));
	return order;
}

static int machine_compare(const struct lease *x, const struct lease *y)
{
	int order = number_compare(!x->machine, !y->machine);

	return !order && x->machine ? strcmp(x->machine, y->machine) : order;
}

static int nic_compare(const struct result *a, const struct result *b)
{
	int order = number_compare(a->host, b->host);

	if (!order)
		order = machine_compare(&a->lease, &b->lease);
	if (!order)
		order = number_compare(a->lease.has_mac, b->lease.has_mac);
	return order ? order : memcmp(a->lease.mac, b->lease.mac, MAC_SIZE);
}

static int list_compare(const void *a, const void *b)
{
	int order = nic_compare(a, b);

	return order ? order : result_compare(a, b);
}

/* All results of one NIC from one source, of one family. */
struct group {
	struct result *items;
	size_t count;
};

static bool is_link_local(const struct group *group)
{
	for (size_t i = 0; i < group->count; i++) {
		if (!address_is_link_local(&group->items[i].lease.address))
			return false;
	}
	return true;
}

static bool groups_share(const struct group *a, const struct group *b)
{
	for (size_t i = 0; i < a->count; i++) {
		for (size_t j = 0; j < b->count; j++) {
			if (lease_address_equal(&a->items[i].lease.address,
						&b->items[j].lease.address))
				return true;
		}
	}
	return false;
}

static void group_name(const struct group *group, struct buf *text)
{
	char address[LEASE_ADDRESS_TEXT_MAX];

	if (text->size)
		buf_add_string(text, ", ");
	buf_add_string(text, lease_source_name(group->items->lease.source));
	for (size_t i = 0; i < group->count; i++) {
		buf_add_char(text, ' ');
		buf_add_string(text, lease_address_format(&group->items[i].lease.address,
							  address));
	}
}

/* Compares the groups of one NIC and one family. */
static void groups_compare(const struct group *groups, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		CLEANUP(buf_free) struct buf text = {0};

		for (size_t j = 0; j < count; j++) {
			if (i != j && !is_link_local(&groups[i]) &&
			    !is_link_local(&groups[j]) &&
			    !groups_share(&groups[i], &groups[j]))
				group_name(&groups[j], &text);
		}
		for (size_t k = 0; text.size && k < groups[i].count; k++) {
			groups[i].items[k].disagrees = mem_string(buf_text(&text));
		}
	}
}

static bool same_group(const struct result *a, const struct result *b)
{
	return a->rank == b->rank && a->lease.address.family == b->lease.address.family;
}

/* Sets `disagrees` in the results of one NIC, which are sorted by result_compare(). */
static void nic_finish(struct result *items, size_t count)
{
	struct group v4[SOURCE_COUNT], v6[SOURCE_COUNT];
	size_t v4_count = 0, v6_count = 0;

	for (size_t i = 0; i < count;) {
		struct group group = {&items[i], 0};

		while (i < count && same_group(group.items, &items[i])) {
			group.count++;
			i++;
		}
		if (group.items->lease.address.family == AF_INET)
			v4[v4_count++] = group;
		else
			v6[v6_count++] = group;
	}
	groups_compare(v4, v4_count);
	groups_compare(v6, v6_count);
}

void results_finish(struct result_list *results)
{
	if (!results->count)
		return;
	qsort(results->items, results->count, sizeof(*results->items), list_compare);
	array_foreach(result, results) {
		free(result->disagrees);
		result->disagrees = NULL;
	}
	for (size_t i = 0, next; i < results->count; i = next) {
		struct result *first = &results->items[i];

		for (next = i + 1;
		     next < results->count && !nic_compare(first, &results->items[next]);)
			next++;
		if (next > i + 1 && first->lease.has_mac)
			nic_finish(first, next - i);
	}
}

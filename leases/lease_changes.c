/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares two lists of leases: which were added, changed, renewed or removed. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "leases/lease_changes.h"

const char *lease_change_word(enum lease_change change)
{
	static const char *const words[] = {
		[LEASE_ADDED] = "added",
		[LEASE_CHANGED] = "changed",
		[LEASE_RENEWED] = "renewed",
		[LEASE_REMOVED] = "removed",
	};

	return words[change];
}

static int number_compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int text_compare(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int id_compare(const struct lease_id *a, const struct lease_id *b)
{
	int order = number_compare(a->size, b->size);

	return order || !a->size ? order : memcmp(a->bytes, b->bytes, a->size);
}

static int place_compare(const struct result *a, const struct result *b)
{
	const struct lease *x = &a->lease, *y = &b->lease;
	int order = number_compare(a->host, b->host);

	if (!order)
		order = number_compare(x->address.family, y->address.family);
	if (!order)
		order = memcmp(x->address.bytes, y->address.bytes,
			       sizeof(x->address.bytes));
	if (!order)
		order = text_compare(x->bridge, y->bridge);
	return order ? order : text_compare(x->network, y->network);
}

/* Whether they are the same lease. */
static int entry_compare(const void *a, const void *b)
{
	const struct lease *x = &((const struct result *)a)->lease;
	const struct lease *y = &((const struct result *)b)->lease;
	int order = place_compare(a, b);

	if (!order)
		order = number_compare(x->has_mac, y->has_mac);
	if (!order)
		order = memcmp(x->mac, y->mac, MAC_SIZE);
	if (!order)
		order = id_compare(&x->client_id, &y->client_id);
	if (!order)
		order = number_compare(x->has_iaid, y->has_iaid);
	if (!order)
		order = number_compare(x->temporary, y->temporary);
	return order ? order : number_compare(x->iaid, y->iaid);
}

static void results_sort(struct result_list *results)
{
	if (results->count)
		qsort(results->items, results->count, sizeof(*results->items),
		      entry_compare);
}

struct walk {
	const struct result *before, *before_end, *after, *after_end;
};

/* Steps to the next lease; the entry of a list that does not have it is NULL. */
static bool walk_next(struct walk *walk, const struct result **before,
		      const struct result **after)
{
	bool has_before = walk->before < walk->before_end;
	bool has_after = walk->after < walk->after_end;
	int order;

	if (!has_before && !has_after)
		return false;
	order = !has_before  ? 1
		: !has_after ? -1
			     : entry_compare(walk->before, walk->after);
	*before = order <= 0 ? walk->before++ : NULL;
	*after = order >= 0 ? walk->after++ : NULL;
	return true;
}

static struct walk walk_start(const struct result_list *before,
			      const struct result_list *after)
{
	return (struct walk){
		.before = before->items,
		.before_end = before->count ? before->items + before->count : NULL,
		.after = after->items,
		.after_end = after->count ? after->items + after->count : NULL,
	};
}

static void pair_report(const struct result *before, const struct result *after,
			void (*report)(void *, enum lease_change, const struct result *),
			void *data)
{
	if (!after)
		return;
	if (!before)
		report(data, LEASE_ADDED, after);
	else if (text_compare(before->lease.machine, after->lease.machine) ||
		 text_compare(before->lease.hostname, after->lease.hostname))
		report(data, LEASE_CHANGED, after);
	else if (before->lease.expires_s != after->lease.expires_s)
		report(data, LEASE_RENEWED, after);
}

void lease_changes(struct result_list *before, struct result_list *after,
		   void (*report)(void *data, enum lease_change change,
				  const struct result *result),
		   void *data)
{
	const struct result *old, *new;
	struct walk walk;

	results_sort(before);
	results_sort(after);
	walk = walk_start(before, after);
	while (walk_next(&walk, &old, &new)) {
		if (!new)
			report(data, LEASE_REMOVED, old);
	}
	walk = walk_start(before, after);
	while (walk_next(&walk, &old, &new))
		pair_report(old, new, report, data);
}

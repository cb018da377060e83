/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds addresses, host names and client-ids that two clients have. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "leases/audit_duplicates.h"

/* By source as well: a lease of a reserved address is no duplicate, since audit() reports
 * it as a conflict. */
static int address_compare(const void *a, const void *b)
{
	const struct lease *x = ((const struct audit_entry *)a)->lease;
	const struct lease *y = ((const struct audit_entry *)b)->lease;

	if (x->address.family != y->address.family)
		return x->address.family < y->address.family ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return memcmp(x->address.bytes, y->address.bytes, sizeof(x->address.bytes));
}

static int text_compare(const char *a, const char *b)
{
	return strcasecmp(a ? a : "", b ? b : "");
}

static int hostname_compare(const void *a, const void *b)
{
	const struct lease *x = ((const struct audit_entry *)a)->lease;
	const struct lease *y = ((const struct audit_entry *)b)->lease;
	int order = text_compare(x->hostname, y->hostname);

	return order ? order : text_compare(x->network, y->network);
}

static int client_id_compare(const void *a, const void *b)
{
	const struct lease_id *x = &((const struct audit_entry *)a)->lease->client_id;
	const struct lease_id *y = &((const struct audit_entry *)b)->lease->client_id;

	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return x->size ? memcmp(x->bytes, y->bytes, x->size) : 0;
}

static bool has_address(const struct audit_entry *entry)
{
	return entry->lease->has_mac && !entry->inactive;
}

static bool has_hostname(const struct audit_entry *entry)
{
	return entry->lease->has_mac && entry->lease->hostname &&
	       entry->lease->source == LEASE_FROM_LEASE;
}

static bool has_client_id(const struct audit_entry *entry)
{
	return entry->lease->has_mac && entry->lease->client_id.size &&
	       entry->lease->source == LEASE_FROM_LEASE;
}

/* The NICs of a machine are one client, unless `by_nic`. */
static bool same_client(const struct audit_entry *a, const struct audit_entry *b,
			bool by_nic)
{
	if (mac_equal(a->lease->mac, b->lease->mac))
		return true;
	return !by_nic && a->machine && a->machine == b->machine;
}

struct rule {
	enum finding_kind kind;
	bool by_nic;
	bool (*applies)(const struct audit_entry *entry);
	int (*compare)(const void *, const void *);
	const char *what;
};

/* Adds a finding for each of `count` entries with the same value, unless all are of one
 * client. A finding names the first entry, or if that is the same client, the first entry
 * of another. */
static void run_check(const struct rule *rule, const struct audit_entry *run,
		      size_t count, struct finding_list *findings)
{
	size_t second = 1;

	while (second < count && same_client(&run[0], &run[second], rule->by_nic))
		second++;
	for (size_t i = 0; second < count && i < count; i++) {
		bool like_first = same_client(&run[0], &run[i], rule->by_nic);
		char *text = audit_entry_text(&run[like_first ? second : 0]);

		finding_add(findings, rule->kind, FIX_NONE, &run[i],
			    mem_format("%s is that of %s too", rule->what, text));
		free(text);
	}
}

static void rule_check(const struct rule *rule, const struct audit_entries *entries,
		       struct finding_list *findings)
{
	struct audit_entries sorted = {0};

	array_foreach(entry, entries) {
		if (rule->applies(entry))
			*array_add(&sorted) = *entry;
	}
	if (sorted.count)
		qsort(sorted.items, sorted.count, sizeof(*sorted.items), rule->compare);
	for (size_t i = 0, next; i < sorted.count; i = next) {
		for (next = i + 1; next < sorted.count &&
				   !rule->compare(&sorted.items[i], &sorted.items[next]);)
			next++;
		run_check(rule, sorted.items + i, next - i, findings);
	}
	free(sorted.items);
}

void audit_duplicates(const struct audit_entries *entries, struct finding_list *findings)
{
	static const struct rule rules[] = {
		{FINDING_DUPLICATE_ADDRESS, true, has_address, address_compare,
		 "the address"},
		{FINDING_DUPLICATE_HOSTNAME, false, has_hostname, hostname_compare,
		 "the host name"},
		{FINDING_DUPLICATE_CLIENT_ID, false, has_client_id, client_id_compare,
		 "the client-id"},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(rules); i++)
		rule_check(&rules[i], entries, findings);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A finding: something wrong with a lease, a reservation or an address range. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "leases/finding.h"

const char *finding_kind_word(enum finding_kind kind)
{
	static const char *const words[] = {
		[FINDING_ORPHANED] = "orphaned",
		[FINDING_MOVED] = "moved",
		[FINDING_DUPLICATE_ADDRESS] = "duplicate-address",
		[FINDING_DUPLICATE_HOSTNAME] = "duplicate-hostname",
		[FINDING_DUPLICATE_CLIENT_ID] = "duplicate-client-id",
		[FINDING_CONFLICTING] = "conflicting",
		[FINDING_EXPIRED] = "expired",
		[FINDING_POOL] = "pool",
	};

	return words[kind];
}

void finding_list_free(struct finding_list *findings)
{
	array_foreach(finding, findings) {
		lease_free(&finding->about.lease);
		free(finding->detail);
	}
	free(findings->items);
	*findings = (struct finding_list){0};
}

void finding_add(struct finding_list *findings, enum finding_kind kind,
		 enum finding_fix fix, const struct audit_entry *entry, char *detail)
{
	struct finding *finding = array_add(findings);
	struct lease_list copy = {0};

	finding->kind = kind;
	finding->fix = fix;
	finding->detail = detail;
	lease_list_copy(&copy, entry->lease);
	finding->about.lease = copy.items[0];
	free(copy.items);
	if (entry->machine && !finding->about.lease.machine)
		finding->about.lease.machine = mem_string(entry->machine->name);
}

char *audit_entry_text(const struct audit_entry *entry)
{
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];
	const struct lease *lease = entry->lease;
	const char *machine = entry->machine ? entry->machine->name : NULL;

	return mem_format("%s%s%s%s%s%s%s",
			  lease->source == LEASE_FROM_STATIC ? "the reservation " : "",
			  lease_address_format(&lease->address, address),
			  machine || lease->has_mac ? " of " : "", machine ? machine : "",
			  machine && lease->has_mac ? " (" : "",
			  lease->has_mac ? mac_format(lease->mac, mac) : "",
			  machine && lease->has_mac ? ")" : "");
}

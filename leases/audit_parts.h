/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the audit that its files share. */
#ifndef LEASES_AUDIT_PARTS_H
#define LEASES_AUDIT_PARTS_H

#include "leases/audit.h"

/* A live lease or a reservation, and whose it is. */
struct audit_entry {
	const struct lease *lease; /* borrowed; source LEASE_FROM_STATIC: reservation */
	const struct machine *machine; /* NULL: no machine has its MAC */
	bool idle;		       /* of a network that is not active */
};

struct audit_entries {
	struct audit_entry *items;
	size_t count;
	size_t capacity;
};

/* Adds a finding about the entry; `detail` is handed over. */
void finding_add(const struct audit_input *input, struct finding_list *findings,
		 enum finding_kind kind, enum finding_fix fix,
		 const struct audit_entry *entry, char *detail);

/* "10.0.0.7 of web-1 (52:54:00:00:00:01)"; the caller owns it. */
char *audit_entry_text(const struct audit_entry *entry);

/* Finds what two clients have, which one only should. Sorts the entries. */
void audit_duplicates(const struct audit_input *input, struct audit_entries *entries,
		      struct finding_list *findings);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds addresses, host names and client-ids that two clients have. */
#ifndef LEASES_AUDIT_DUPLICATES_H
#define LEASES_AUDIT_DUPLICATES_H

#include "leases/finding.h"

/* Appends a finding for each entry whose address, host name or client-id another client
 * has as well. Time is n log n. */
void audit_duplicates(const struct audit_entries *entries, struct finding_list *findings);

#endif

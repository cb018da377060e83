/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings of the audit: mended as far as that is safe, and printed. */
#ifndef LEASES_AUDIT_FIX_H
#define LEASES_AUDIT_FIX_H

#include <stddef.h>

#include "common/cli.h"
#include "leases/audit.h"
#include "leases/hypervisor.h"

/* What became of a finding; zeroed but for `finding`, which is borrowed. */
struct finding_outcome {
	const struct finding *finding;
	const char *word; /* "released", "deleted", ...; NULL: nothing was done */
	bool fixed;
	struct error error; /* why not */
};

/* Releases leases whose addresses nobody results for, and deletes reservations, as the
 * findings say; `hypervisors` are those that they are numbered by. The caller frees the
 * errors. */
void findings_fix(struct finding_outcome *outcomes, size_t count,
		  struct hypervisor *hypervisors, size_t hypervisor_count);

/* Prints them; CLI_NO when any is not fixed. */
int findings_print(const struct cli *cli, const struct finding_outcome *outcomes,
		   size_t count);

#endif

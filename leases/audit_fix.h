/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Repairs findings of the audit where that is safe, and prints them. */
#ifndef LEASES_AUDIT_FIX_H
#define LEASES_AUDIT_FIX_H

#include <stddef.h>

#include "common/cli.h"
#include "leases/audit.h"
#include "leases/hypervisor.h"

/* The outcome for one finding. The caller sets `finding`, which is borrowed, and zeroes
 * the rest. */
struct finding_outcome {
	const struct finding *finding;
	const char *word; /* "released", "deleted", ...; NULL: nothing was done */
	bool fixed;
	struct error error; /* why it was not fixed */
};

/*
 * Releases leases whose addresses are not in use, and deletes reservations, as `fix` of
 * each finding says. The findings' hosts are indexes of `hypervisors`. The caller frees
 * the errors.
 */
void findings_fix(struct finding_outcome *outcomes, size_t count,
		  struct hypervisor *hypervisors, size_t hypervisor_count);

/* Prints all; CLI_NO if any was not fixed. */
int findings_print(struct cli *cli, const struct finding_outcome *outcomes, size_t count);

#endif

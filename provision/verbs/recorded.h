/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of hypervisors from files, instead of the hypervisors. */
#ifndef PROVISION_VERBS_RECORDED_H
#define PROVISION_VERBS_RECORDED_H

#include "provision/host/facts.h"

struct recorded {
	struct facts *list; /* one for each hypervisor of the batch, in its order */
	const struct facts **facts; /* the same, for struct plan_input */
	size_t count;
	/* "rack1 as of 2026-11-28T08:10:00Z, from the facts in rack1.json" for each. */
	struct error_list notes;
};

/*
 * Reads the output of "vmango-provision facts": one document per line of each file ("-"
 * is standard input). A document belongs to the hypervisor of its name; a single one to
 * the only hypervisor of the batch. A hypervisor without facts counts as unreachable.
 * Errors are added to `errors`; -1 if there were any. The caller frees `recorded` in both
 * cases, before the batch.
 */
int recorded_read(const char *const files[], size_t count, const struct batch *batch,
		  struct recorded *recorded, struct error_list *errors);
void recorded_free(struct recorded *recorded);

#endif

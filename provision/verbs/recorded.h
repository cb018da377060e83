/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Facts of hypervisors out of files, in place of the hypervisors. */
#ifndef PROVISION_VERBS_RECORDED_H
#define PROVISION_VERBS_RECORDED_H

#include "provision/host/facts.h"

struct recorded {
	struct facts *list; /* one for each hypervisor of the batch, in its order */
	const struct facts **facts; /* the same, for struct plan_input */
	bool *is_given;		    /* which of them a file has */
	size_t count;
	const char *operands; /* see recorded_read() */
	/* "rack1 as of 2026-11-28T08:10:00Z, by the facts in rack1.json" for each. */
	struct error_list notes;
};

/*
 * Reads what "vmango-provision facts" has written: a document for each line of each file
 * ("-" is standard input). One belongs to the hypervisor of its name; a single one to the
 * only hypervisor of the batch. A hypervisor without facts counts as one that can't be
 * reached; messages advise the command that records them, of which `operands` (borrowed)
 * are the batch, quoted for a shell, or NULL. What is wrong goes to `errors`; -1 then.
 * The caller frees `recorded` in both cases, before the batch.
 */
int recorded_read(const char *const files[], size_t count, const struct batch *batch,
		  const char *operands, struct recorded *recorded,
		  struct error_list *errors);
void recorded_free(struct recorded *recorded);

#endif

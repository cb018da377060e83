/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells how the work of a verb goes on: on a terminal, in a pipe, or as JSON lines. */
#ifndef PROVISION_VERBS_VERB_PROGRESS_H
#define PROVISION_VERBS_VERB_PROGRESS_H

#include "provision/verbs/verbs.h"

struct verb_progress;

/*
 * For the machines of the verb's plan. With -o jsonl it prints an event a line to
 * standard output as it happens; else lines on standard error, drawn again when that is a
 * terminal. With --quiet only the former. Sets `run` to report here; end it when the work
 * is done.
 */
struct verb_progress *verb_progress_begin(const struct verb *verb, struct run *run);

/* The work on the result's machine has ended. */
void verb_progress_result(struct verb_progress *progress,
			  const struct verb_result *result);

/* Frees it; -1 when events could not be printed, which has been said. */
int verb_progress_end(struct verb_progress *progress);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Showing the progress of a verb: on a terminal, in a pipe, or as JSON lines. */
#ifndef PROVISION_VERBS_VERB_PROGRESS_H
#define PROVISION_VERBS_VERB_PROGRESS_H

#include "provision/verbs/verbs.h"

struct verb_progress;

/*
 * For the machines of the verb's changes. With -o jsonl, prints one event per line on
 * standard output as it happens; otherwise lines on standard error, which are redrawn on
 * a terminal. With --quiet only the former. Sets the callbacks of `run`. To be ended with
 * verb_progress_end().
 */
struct verb_progress *verb_progress_begin(const struct verb *verb, struct run *run);

/* The work on the result's machine has ended. */
void verb_progress_result(struct verb_progress *progress,
			  const struct verb_result *result);

/* Frees it; -1 after a message if events could not be printed. */
int verb_progress_end(struct verb_progress *progress);

#endif

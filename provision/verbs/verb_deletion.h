/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What destroy and --prune delete: listing, refusing, confirming and deleting it. */
#ifndef PROVISION_VERBS_VERB_DELETION_H
#define PROVISION_VERBS_VERB_DELETION_H

#include "provision/verbs/verbs.h"

/*
 * Lists the machines that will be deleted with what they own, and asks for confirmation
 * on a terminal. CLI_DONE if the verb may proceed; CLI_NO after a message if one of them
 * is protected or the answer is no: then nothing may be changed.
 */
int verb_deletion_begin(struct verb *verb);

/* The same without changing anything, as records: machines that are protected, or can't
 * be deleted, fail with the reason. The status is that of verb_plan_show(). */
int verb_deletion_show(struct verb *verb);

/*
 * Deletes the change's machine with everything that it owns. Fails if it has been
 * protected, or adopted by another batch, since the plan was made. Returns 1 if it no
 * longer exists.
 */
int verb_deletion_do(struct run *run, const struct change *change, struct error *error);

/* Warns of the machines of the batch that are not in the file. `end` follows "are not in
 * the file". */
void verb_unlisted_warn(const struct verb *verb, const char *end);

/*
 * Asks a yes-or-no question if standard input and standard error are terminals and --yes
 * was not given. True without asking, and for "y" and "yes".
 */
bool verb_confirm(const struct verb *verb, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints the hypervisors that can't be reached; whether there are any. */
bool verb_unreached_print(const struct verb *verb);

#endif

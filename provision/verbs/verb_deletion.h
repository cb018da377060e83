/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What destroy and --prune delete: listed, refused, confirmed, and deleted. */
#ifndef PROVISION_VERBS_VERB_DELETION_H
#define PROVISION_VERBS_VERB_DELETION_H

#include "provision/verbs/verbs.h"

/*
 * Lists the items that are to be deleted with what they own, and asks on a terminal.
 * CLI_DONE when the verb may go on; CLI_NO, which has been said, when one of them is
 * protected or the answer is no: then nothing may be changed.
 */
int verb_deletion_begin(const struct verb *verb);

/*
 * Deletes the change's machine with all that it owns. Looks once more before it does: one
 * that has been protected, or taken by another batch, since the plan was made is an
 * error. 1 when it is gone already.
 */
int verb_deletion_do(struct run *run, const struct change *change, struct error *error);

/* Warns of the machines of the batch that the file no longer has. `end` follows "are not
 * in the file". */
void verb_unlisted_warn(const struct verb *verb, const char *end);

/*
 * Asks a question, which is answered by yes or no, when standard input and standard error
 * are terminals and --yes was not given. True without asking, and for "y" and "yes".
 */
bool verb_confirm(const struct verb *verb, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Names the hypervisors on which nothing can be looked for; whether there are any. */
bool verb_unreached_print(const struct verb *verb);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands of vmango-provision in messages, which can be pasted into a shell. */
#ifndef PROVISION_VERBS_VERB_COMMAND_H
#define PROVISION_VERBS_VERB_COMMAND_H

#include "common/cli.h"

/*
 * The batch as the command line names it, quoted for a shell: "-c URI /root/lab.ini". The
 * path is absolute, but its links are kept, as its last part can be the batch's name.
 * NULL for standard input, and without a batch. The caller owns it.
 */
char *verb_command_batch(const struct cli *cli);

/*
 * "vmango-provision VERB -m NAME... BATCH" with verb_command_batch(); each of `count`
 * machines is selected. The caller owns it; NULL if that is.
 */
char *verb_command(const struct cli *cli, const char *verb, const char *const machines[],
		   size_t count);

#endif

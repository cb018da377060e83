/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other runs that are at work on the batch, for verbs that only look. */
#ifndef PROVISION_VERBS_VERB_LOCKS_H
#define PROVISION_VERBS_VERB_LOCKS_H

#include "provision/verbs/verbs.h"

/*
 * Warns of each hypervisor on which another run has locked the batch, and says which run
 * that is. Changes to resume get it as their reason, if it is the run that creates or
 * deletes their machine. Reading the lock changes nothing. For verbs without verb_own().
 */
void verb_locks_show(struct verb *verb);

#endif

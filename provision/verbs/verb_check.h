/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking a verb's options against its batch; errors are added to verb->errors. */
#ifndef PROVISION_VERBS_VERB_CHECK_H
#define PROVISION_VERBS_VERB_CHECK_H

#include "provision/verbs/verbs.h"

/* Checks that the file has the batch's name if machines that it does not have will be
 * deleted, and that hypervisors given as lost are in the batch. */
void verb_check_options(struct verb *verb);

/* Checks that --machine and --only select machines of the batch, with --prune and --all
 * also those that the file no longer has. After the facts were read and planned with. */
void verb_check_filter(struct verb *verb);

#endif

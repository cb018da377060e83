/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a verb's options fit its batch; errors go to verb->errors. */
#ifndef PROVISION_VERBS_VERB_CHECK_H
#define PROVISION_VERBS_VERB_CHECK_H

#include "provision/verbs/verbs.h"

/* That the file says its name when machines are to go that it does not have, and that
 * hypervisors which are said to be lost are the batch's. */
void verb_check_options(struct verb *verb);

/* That --machine and --only mean machines of the batch, or such that it no longer has and
 * that are among the plan's items. */
void verb_check_filter(struct verb *verb);

#endif

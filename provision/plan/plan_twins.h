/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that was found on several hypervisors: which one runs, and what to do. */
#ifndef PROVISION_PLAN_PLAN_TWINS_H
#define PROVISION_PLAN_PLAN_TWINS_H

#include "provision/plan/changes.h"

/*
 * Adds to `errors` where the change's machine is and whether it runs there, and, for each
 * of them, the commands that leave that one alone. libvirt is asked for the states. No
 * command while one is being migrated, or its state is not known: a domain that waits on
 * its target for its memory looks like one that does nothing. Returns -1.
 */
int plan_twins_report(const struct changes *changes, const struct change *change,
		      struct error_list *errors);

#endif

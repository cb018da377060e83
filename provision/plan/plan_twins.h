/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that was found on several hypervisors: which one runs, and how to resolve it.
 */
#ifndef PROVISION_PLAN_PLAN_TWINS_H
#define PROVISION_PLAN_PLAN_TWINS_H

#include "provision/plan/changes.h"

/*
 * Adds to `errors` where the change's machine is and whether it runs there, and for each
 * of them the commands that keep only that one. No commands while one is being migrated,
 * or its state is unknown: a domain that waits for an incoming migration looks like one
 * that is unused. Returns -1.
 */
int plan_twins_report(const struct changes *changes, const struct change *change,
		      struct error_list *errors);

#endif

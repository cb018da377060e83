/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines of the batch that the file no longer has. */
#ifndef PROVISION_PLAN_PLAN_UNLISTED_H
#define PROVISION_PLAN_PLAN_UNLISTED_H

#include "provision/plan/changes.h"

/*
 * Adds a change for each of them that the filter selects, sorted by hypervisor and name.
 * With changes->input.prune it is deleted, unless it is protected; one that is on two
 * hypervisors is then an error.
 */
void plan_unlisted_add(struct changes *changes, struct error_list *errors);

#endif

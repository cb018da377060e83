/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines of the batch that the file no longer has. */
#ifndef PROVISION_PLAN_PLAN_UNLISTED_H
#define PROVISION_PLAN_PLAN_UNLISTED_H

#include "provision/plan/changes.h"

/*
 * Adds an change for each that is on a hypervisor of the batch and that the filter takes,
 * by hypervisor and name: to be deleted with changes->input.prune, unless it is
 * protected. One that is on two hypervisors is then an error.
 */
void plan_unlisted_add(struct changes *changes, struct error_list *errors);

#endif

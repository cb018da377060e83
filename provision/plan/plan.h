/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Planning: a batch and what its hypervisors have -> what is to be done. Asks nobody. */
#ifndef PROVISION_PLAN_PLAN_H
#define PROVISION_PLAN_PLAN_H

#include "provision/plan/changes.h"

/*
 * Decides for each machine where it goes and what is to be done, and checks what it
 * needs: image, name, identity, volumes, address, templates. A machine that exists stays
 * where it is; one whose hypervisor could not be reached fails. Returns -1 when anything
 * is wrong, with all of it in `errors`. Free `changes` in both cases, before what `input`
 * points to.
 */
int plan_make(const struct plan_input *input, struct changes *changes,
	      struct error_list *errors);

/*
 * Only finds which of the machines exist: sets the domain, MAC and action of each change,
 * for what needs neither images nor templates. A name that is taken by others is an
 * error. Otherwise as plan_make().
 */
int plan_find(const struct plan_input *input, struct changes *changes,
	      struct error_list *errors);

/* Whether problems of that hypervisor matter to what is planned. */
bool plan_uses(const struct plan_input *input, const struct batch_hypervisor *config);

#endif

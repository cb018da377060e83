/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Planning: a batch and the facts of its hypervisors -> changes. Makes no queries. */
#ifndef PROVISION_PLAN_PLAN_H
#define PROVISION_PLAN_PLAN_H

#include "provision/plan/changes.h"

/*
 * Decides on which hypervisor each machine is or will be, and what has to be done; checks
 * what it needs: image, name, identity, volumes, address, templates. A machine that
 * exists stays where it is; one whose hypervisor could not be reached fails. Returns -1
 * if there are errors, which are all added to `errors`. The caller frees `changes` in
 * both cases, before what `input` points to.
 */
int plan_make(const struct plan_input *input, struct changes *changes,
	      struct error_list *errors);

/*
 * Only finds the machines that exist: sets the domain, MAC address and action of each
 * change, without images and templates. A name that another owner's domain has is an
 * error. Otherwise as plan_make().
 */
int plan_find(const struct plan_input *input, struct changes *changes,
	      struct error_list *errors);

/* Whether problems of that hypervisor matter for the selected machines. */
bool plan_uses(const struct plan_input *input, const struct batch_hypervisor *config);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine needs on its hypervisor, looked at before anything is changed. */
#ifndef PROVISION_PLAN_PLAN_CHECK_H
#define PROVISION_PLAN_PLAN_CHECK_H

#include "provision/plan/changes.h"

/*
 * Sets the change's image, clone, architecture and MAC for a machine that is to be made,
 * and checks these, its volumes, address and templates. What is missing goes to `errors`,
 * and the rest is looked at all the same.
 */
void plan_check_new(const struct changes *changes, struct change *change,
		    struct error_list *errors);

/* The same for a machine that is there: finds what it differs in from the batch. */
void plan_check_existing(struct change *change, struct error_list *errors);

/* Whether the image holds a disk that is larger than the plan's; an error then. */
int plan_check_image_size(const struct batch_machine *machine,
			  const struct facts_image *image, struct error *error);

#endif

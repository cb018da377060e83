/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking the requirements of a machine on its hypervisor before anything is changed. */
#ifndef PROVISION_PLAN_PLAN_CHECK_H
#define PROVISION_PLAN_PLAN_CHECK_H

#include "provision/plan/changes.h"

/*
 * Sets the change's image, clone, architecture and MAC address for a machine that has to
 * be created, and checks these, its volumes, address and templates. All errors are added
 * to `errors`.
 */
void plan_check_new(const struct changes *changes, struct change *change,
		    struct error_list *errors);

/* The same for an existing machine: finds its differences from the batch. */
void plan_check_existing(struct change *change, struct error_list *errors);

/* Fails if the image's virtual size is larger than the plan's disk. */
int plan_check_image_size(const struct batch_machine *machine,
			  const struct facts_image *image, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The templates of a hypervisor's machines. */
#ifndef PROVISION_PLAN_MACHINE_TEMPLATES_H
#define PROVISION_PLAN_MACHINE_TEMPLATES_H

#include "provision/batch/batch.h"
#include "provision/template/template.h"

struct machine_templates {
	struct template *vm, *volume; /* NULL: can't be read */
};

/*
 * Reads and parses both templates that the hypervisor's section names, by default the
 * installed ones. Errors are added to `errors` with their place in the batch; -1 if there
 * were any. The caller frees `templates` in both cases.
 */
int machine_templates_read(const struct batch_hypervisor *config,
			   struct machine_templates *templates,
			   struct error_list *errors);
void machine_templates_free(struct machine_templates *templates);

#endif

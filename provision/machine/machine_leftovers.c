/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing the leftovers of a machine from the hypervisor that it was migrated away from.
 */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_leftovers.h"
#include "provision/machine/machine_remove.h"

static int leftover_remove(struct run *run, const struct change *change,
			   const struct change_leftover *leftover, struct error *error)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	if (host_domain_find(leftover->host, leftover->domain->uuid, &domain, error) < 0)
		return -1;
	if (!domain)
		return 0;
	return machine_remove_leftover(run, leftover->host, change->host, domain,
				       leftover->domain, error);
}

int machine_leftovers_remove(struct run *run, const struct change *change,
			     struct error *error)
{
	array_foreach(leftover, &change->leftovers) {
		struct run its = *run;
		int status;

		its.owner = leftover->host->owner;
		its.keeps_nvram = true;
		if (run_step(&its, change->name, "remove what was left", error) < 0)
			return -1;
		status = leftover_remove(&its, change, leftover, error);
		host_connection_release(leftover->host);
		if (status < 0)
			return error_context(error, "left on %s",
					     leftover->host->config->name);
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing what a machine has left where it was migrated away from. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_left.h"
#include "provision/machine/machine_remove.h"

static int left_clean(struct run *run, const struct change *change,
		      const struct change_left *left, struct error *error)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	if (host_domain_find(left->host, left->domain->uuid, &domain, error) < 0)
		return -1;
	if (!domain)
		return 0;
	return machine_remove_left(run, left->host, change->host, domain, error);
}

int machine_left_clean(struct run *run, const struct change *change, struct error *error)
{
	array_foreach(left, &change->left) {
		struct run its = *run;
		int status;

		its.owner = left->host->owner;
		if (run_step(&its, change->name, "remove what was left", error) < 0)
			return -1;
		status = left_clean(&its, change, left, error);
		host_connection_release(left->host);
		if (status < 0)
			return error_context(error, "left on %s",
					     left->host->config->name);
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision apply: makes the machines of a batch be there. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/machine_create.h"
#include "provision/machine_remove.h"
#include "provision/machine_wait.h"
#include "provision/verbs.h"

static int machine_resume(struct run *run, const struct plan_item *item,
			  struct machine_address *address, struct error *error)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = virDomainLookupByUUIDString(item->host->connection,
							  item->uuid);

	if (!domain)
		return virt_error(error, "can't find the domain");
	if (run_step(run, item->machine->name, "take back an earlier run", error) < 0 ||
	    machine_remove(run, item->host, domain, error) < 0)
		return -1;
	return machine_create(run, item, address, error);
}

static int item_apply(struct run *run, const struct plan_item *item,
		      struct machine_address *address, struct error *error)
{
	switch (item->action) {
	case PLAN_CREATE:
		return machine_create(run, item, address, error);
	case PLAN_RESUME:
		return machine_resume(run, item, address, error);
	case PLAN_START:
		machine_address_find(item->host, item->domain, address);
		return machine_start(run, item, error);
	case PLAN_KEEP:
		machine_address_find(item->host, item->domain, address);
		return 0;
	case PLAN_FAIL:
		break;
	}
	return error_set(error, "%s", item->reason);
}

static void machine_apply(struct run *run, struct verb_result *result)
{
	static const char *const done[] = {[PLAN_CREATE] = "created",
					   [PLAN_RESUME] = "resumed",
					   [PLAN_START] = "started",
					   [PLAN_KEEP] = "kept",
					   [PLAN_FAIL] = "failed"};
	const struct plan_item *item = result->item;

	if (item_apply(run, item, &result->address, &result->error) < 0) {
		result->address.known = false;
		return;
	}
	result->state = "running";
	if (item->action != PLAN_KEEP && run->wait_s &&
	    machine_wait(run, item, &result->address, &result->error) < 0)
		return;
	result->result = done[item->action];
}

static void differences_tell(const struct verb *verb)
{
	array_foreach(item, &verb->plan.items) {
		if (item->differs)
			cli_warn(verb->cli,
				 "%s: was made from other input than the batch has now",
				 item->machine->name);
	}
}

int verb_apply(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	size_t changed, count;
	int status;

	verb_begin(&verb, cli, 1, 1);
	verb_survey(&verb, HOST_ALL, false);
	if (verb_errors_tell(&verb) != CLI_DONE)
		return CLI_USAGE;
	if (cli->dry_run)
		return verb_plan_show(&verb);
	differences_tell(&verb);
	status = verb_run(&verb, "kept", machine_apply, &changed);
	count = verb.plan.items.count;
	if (status == CLI_DONE && !changed)
		cli_warn(cli, "%zu machine%s, nothing to change", count,
			 count == 1 ? "" : "s");
	return status;
}

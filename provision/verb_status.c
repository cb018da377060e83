/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision status: the machines of a batch as they are. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "provision/machine_wait.h"
#include "provision/verbs.h"

/* "ready", "creating", "differs", "absent", "failed". */
static const char *condition(const struct plan_item *item)
{
	if (item->action == PLAN_FAIL)
		return "failed";
	if (!item->domain)
		return "absent";
	if (item->action == PLAN_RESUME)
		return "creating";
	return item->differs ? "differs" : "ready";
}

static bool result_fill(const struct plan_item *item, struct verb_result *result)
{
	result->item = item;
	result->result = condition(item);
	result->state = "unknown";
	if (item->action == PLAN_FAIL)
		error_set(&result->error, "%s", item->reason);
	if (!item->domain)
		return false;
	result->state = item->domain->active ? "running" : "stopped";
	machine_address_find(item->host, item->domain, &result->address);
	return item->action == PLAN_KEEP && !item->differs;
}

int verb_status(struct cli *cli)
{
	CLEANUP(batch_free) struct batch batch = {0};
	CLEANUP(plan_free) struct plan plan = {0};
	CLEANUP(error_list_free) struct error_list errors = {0};
	struct verb_result *results;
	int status = CLI_DONE;

	while (cli_next(cli) != CLI_END)
		;
	if (verb_batch_load(cli, &batch, &errors) < 0) {
		cli_errors(cli, &errors);
		return CLI_USAGE;
	}
	/* What is wrong with the hypervisor does not hide what is there. */
	plan_survey(&batch, NULL, HOST_ALL, &plan, &errors);
	plan_make(&plan, &errors);
	cli_errors(cli, &errors);
	results = mem_zero(plan.items.count, sizeof(*results));
	for (size_t i = 0; i < plan.items.count; i++) {
		if (!result_fill(&plan.items.items[i], &results[i]))
			status = CLI_NO;
		if (results[i].error.message)
			cli_error(cli, "%s: %s", results[i].item->machine->name,
				  results[i].error.message);
	}
	if (errors.count)
		status = CLI_NO;
	if (verb_results_print(cli, results, plan.items.count) < 0)
		status = CLI_SYSTEM;
	verb_results_free(results, plan.items.count);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision adopt: takes machines of others into the batch. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "provision/machine/machine_adopt.h"
#include "provision/machine/machine_wait.h"
#include "provision/host/domain_owner.h"
#include "provision/machine/owns.h"
#include "provision/verbs/verb_deletion.h"

static void machine_take(struct run *run, struct verb_result *result)
{
	const struct plan_item *item = result->item;

	result->state = item->domain->active ? "running" : "stopped";
	machine_address_find(item, &result->address);
	if (item->action != PLAN_ADOPT)
		result->result = "kept";
	else if (machine_adopt(run, item, &result->error) == 0)
		result->result = "adopted";
}

static void names_take(struct verb *verb)
{
	struct cli *cli = verb->cli;

	for (int i = 1; i < cli->operand_count; i++)
		*array_add(&verb->machines) = cli->operands[i];
	verb->filter.machines = verb->machines.items;
	verb->filter.machine_count = verb->machines.count;
	plan_filter_check(&verb->filter, &verb->batch, NULL, 0, &verb->errors);
}

/* What becomes of each machine, before it does. */
static void differences_tell(const struct verb *verb)
{
	array_foreach(item, &verb->plan.items) {
		CLEANUP(free_ptr) char *owner = NULL;
		CLEANUP(free_ptr) char *owns = NULL;
		CLEANUP(free_ptr) char *differs = NULL;

		if (item->action != PLAN_ADOPT)
			continue;
		owner = domain_owner_text(item->domain);
		owns = owns_text(item->adopted);
		differs = machine_diff_text(&item->diff, true);
		cli_warn(verb->cli,
			 "%s on %s, a domain %s, becomes a machine of batch "
			 "\"%s\" and owns %s",
			 item->name, item->host->config->name, owner, verb->batch.name,
			 owns);
		if (item->diff.changes.count)
			cli_warn(verb->cli, "%s: differs from the batch: %s", item->name,
				 differs);
	}
}

/* Returns how many are to be adopted. */
static size_t adoptions_plan(struct verb *verb)
{
	CLEANUP(error_list_free) struct error_list notes = {0};
	size_t count = 0;

	array_foreach(item, &verb->plan.items) {
		CLEANUP(error_free) struct error error = {0};

		/* Its own machine stays as it is, whatever apply would do about it. */
		if (item->action != PLAN_ADOPT && item->action != PLAN_FAIL)
			item->action = PLAN_KEEP;
		if (item->action != PLAN_ADOPT)
			continue;
		count++;
		if (machine_adopt_lock(&verb->plan, item, &error) < 0)
			error_list_take(&verb->plan.held, &error);
		else if (machine_adopt_plan(&verb->plan, item, &notes, &error) < 0) {
			error_context(&error, "%s", item->name);
			error_list_take(&verb->errors, &error);
		}
	}
	cli_warnings(verb->cli, &notes);
	return count;
}

int verb_adopt(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {.adopts = true};
	size_t changed, count = 0;
	int status;

	verb_begin(&verb, cli, 2, -1);
	names_take(&verb);
	if (!cli->dry_run)
		verb_own(&verb);
	if (!verb.errors.count)
		verb_survey(&verb, HOST_ALL, false);
	if (!verb.errors.count && !verb.plan.held.count)
		count = adoptions_plan(&verb);
	status = verb_errors_tell(&verb);
	if (status != CLI_DONE)
		return status;
	if (cli->dry_run)
		return verb_plan_show(&verb);
	differences_tell(&verb);
	if (count && !verb_confirm(&verb, "take %zu machine%s into batch \"%s\"?", count,
				   count == 1 ? "" : "s", verb.batch.name))
		return CLI_NO;
	return verb_run(&verb, "kept", machine_take, &changed);
}

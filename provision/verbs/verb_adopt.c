/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision adopt: takes machines of other owners into the batch. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "provision/machine/machine_adopt.h"
#include "provision/machine/machine_wait.h"
#include "provision/plan/domain_owner.h"
#include "provision/machine/owns.h"
#include "provision/verbs/verb_deletion.h"

static void machine_take(struct run *run, struct verb_result *result)
{
	const struct change *change = result->change;

	result->state = facts_domain_state_name(change->domain);
	machine_address_find(change, &result->address);
	if (change->action != ACTION_ADOPT)
		result->result = "kept";
	else if (machine_adopt(run, change, &result->error) == 0)
		result->result = "adopted";
}

static void names_take(struct verb *verb)
{
	struct cli *cli = verb->cli;

	for (int i = 1; i < cli->operand_count; i++)
		*array_add(&verb->machines) = cli->operands[i];
}

/* Prints what will be done with each machine. */
static void differences_warn(const struct verb *verb)
{
	array_foreach(change, &verb->changes.list) {
		CLEANUP(free_ptr) char *owner = NULL;
		CLEANUP(free_ptr) char *owns = NULL;
		CLEANUP(free_ptr) char *differs = NULL;

		if (change->action != ACTION_ADOPT)
			continue;
		owner = domain_owner_text(change->domain);
		owns = owns_text(change->adopted);
		differs = machine_diff_text(&change->diff, true);
		cli_warn(verb->cli,
			 "%s on %s, a domain %s, becomes a machine of batch "
			 "\"%s\" and owns %s",
			 change->name, change->facts->config->name, owner,
			 verb->batch.name, owns);
		if (change->diff.differences.count)
			cli_warn(verb->cli, "%s: differs from the batch: %s",
				 change->name, differs);
	}
}

/* Returns how many will be adopted. */
static size_t adoptions_plan(struct verb *verb)
{
	CLEANUP(error_list_free) struct error_list notes = {0};
	size_t count = 0;

	array_foreach(change, &verb->changes.list) {
		CLEANUP(error_free) struct error error = {0};

		/* The batch's own machine stays as it is, whatever apply would do. */
		if (change->action != ACTION_ADOPT && change->action != ACTION_FAIL)
			change->action = ACTION_KEEP;
		if (change->action != ACTION_ADOPT)
			continue;
		count++;
		if (machine_adopt_lock(&verb->hosts, change, &error) < 0)
			error_list_take(&verb->hosts.held, &error);
		else if (machine_adopt_plan(&verb->hosts, change, &notes, &error) < 0) {
			error_context(&error, "%s", change->name);
			error_list_take(&verb->errors, &error);
		}
	}
	cli_warnings(verb->cli, &notes);
	return count;
}

int verb_adopt(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {.input.adopts = true};
	size_t changed, count = 0;
	int status;

	verb_begin(&verb, cli, 2, -1);
	names_take(&verb);
	if (!cli->dry_run)
		verb_own(&verb);
	if (!verb.errors.count)
		verb_prepare(&verb, FACTS_ALL, false);
	if (!verb.errors.count && !verb.hosts.held.count)
		count = adoptions_plan(&verb);
	status = verb_errors_print(&verb);
	if (status != CLI_DONE)
		return status;
	if (cli->dry_run)
		return verb_plan_show(&verb);
	differences_warn(&verb);
	if (count && !verb_confirm(&verb, "take %zu machine%s into batch \"%s\"?", count,
				   count == 1 ? "" : "s", verb.batch.name))
		return CLI_NO;
	return verb_run(&verb, "kept", machine_take, &changed);
}

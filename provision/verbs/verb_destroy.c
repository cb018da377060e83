/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision destroy: removes the machines of a batch and all that they own. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/interrupt.h"
#include "leases/lease_virt.h"
#include "provision/machine/orphans.h"
#include "provision/plan/plan_moved.h"
#include "provision/verbs/verb_deletion.h"

static void machine_destroy(struct run *run, struct verb_result *result)
{
	const struct plan_item *item = result->item;
	int status;

	if (item->action == PLAN_UNLISTED)
		result->state = item->domain->active ? "running" : "stopped";
	if (item->action != PLAN_DELETE) {
		result->result = plan_action_name(item->action);
		return;
	}
	interrupt_undo_begin(item->name);
	if (run_step(run, item->name, "destroy", &result->error) == 0 &&
	    plan_moved_clean(run, item, &result->error) == 0) {
		status = verb_deletion_do(run, item, &result->error);
		if (status >= 0)
			result->result = status ? "absent" : "destroyed";
	}
	interrupt_undo_end(item->name);
}

/* All that is there goes. */
static void actions_choose(struct plan *plan)
{
	array_foreach(item, &plan->items) {
		if (item->machine && item->action != PLAN_FAIL)
			item->action = item->domain ? PLAN_DELETE : PLAN_ABSENT;
	}
}

/* The hook has released it, unless it is not there; then it stays until it expires. */
static void lease_tell(struct cli *cli, const struct plan_item *item)
{
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	char text[LEASE_ADDRESS_TEXT_MAX];

	if (item->action != PLAN_DELETE || !item->host->network_handle ||
	    lease_virt_network(item->host->network_handle, item->mac, &leases, NULL) < 0)
		return;
	array_foreach(lease, &leases)
		cli_warn(cli,
			 "%s: the lease of %s stays until it expires; is "
			 "vmango-lease-monitor installed on %s?",
			 item->name, lease_address_format(&lease->address, text),
			 item->host->config->name);
}

/* What has the names of a machine that does not exist stays, but not in silence. */
static void orphans_tell(struct cli *cli, const struct plan_item *item)
{
	CLEANUP(error_list_free) struct error_list messages = {0};

	if (item->action != PLAN_ABSENT || !item->host || !item->host->connection)
		return;
	orphans_find(item->host, item->name, &messages);
	for (size_t i = 0; i < messages.count; i++)
		cli_error(cli, "%s: is absent, but %s", item->name, messages.messages[i]);
}

int verb_destroy(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	size_t changed, count = 0;
	bool is_partial;
	int status;

	verb.unlisted = true;
	status = verb_begin_existing(&verb, cli);
	if (status != CLI_DONE)
		return status;
	actions_choose(&verb.plan);
	if (!verb.prune)
		verb_unlisted_tell(&verb, " (kept without --all)");
	is_partial = verb_unreached_tell(&verb) && verb.prune;
	if (cli->dry_run)
		return verb_plan_show(&verb);
	if (verb_deletion_begin(&verb) != CLI_DONE)
		return CLI_NO;
	status = verb_run(&verb, "absent", machine_destroy, &changed);
	array_foreach(item, &verb.plan.items) {
		lease_tell(cli, item);
		orphans_tell(cli, item);
		count += item->machine != NULL;
	}
	if (status == CLI_DONE && !changed)
		cli_warn(cli, "%zu machine%s, nothing to destroy", count,
			 count == 1 ? "" : "s");
	return status == CLI_DONE && is_partial ? CLI_NO : status;
}

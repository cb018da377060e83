/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision destroy: deletes the machines of a batch and everything that they own.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/interrupt.h"
#include "leases/lease_virt.h"
#include "provision/machine/orphans.h"
#include "provision/machine/machine_leftovers.h"
#include "provision/plan/plan_moved.h"
#include "provision/plan/plan_place.h"
#include "provision/verbs/verb_deletion.h"

static void machine_destroy(struct run *run, struct verb_result *result)
{
	const struct change *change = result->change;
	int status;

	if (change->action == ACTION_UNLISTED)
		result->state = facts_domain_state_name(change->domain);
	if (change->action != ACTION_DELETE) {
		result->result = change_action_name(change->action);
		return;
	}
	interrupt_undo_begin(change->name,
			     change->host ? owner_lock_place(change->host->owner) : NULL);
	if (run_step(run, change->name, "destroy", &result->error) == 0 &&
	    machine_leftovers_remove(run, change, &result->error) == 0) {
		status = verb_deletion_do(run, change, &result->error);
		if (status >= 0)
			result->result = status ? "absent" : "destroyed";
	}
	interrupt_undo_end(change->name);
}

/* All machines that exist are deleted. */
static void actions_choose(struct changes *changes)
{
	array_foreach(change, &changes->list) {
		if (!change->machine || change->action == ACTION_FAIL)
			continue;
		change->action = change->domain ? ACTION_DELETE : ACTION_ABSENT;
		if (change->domain)
			plan_place_deletion_fails(changes, change);
	}
}

/* The lease monitor has released it, if it is installed; otherwise it stays until it
 * expires. */
static void lease_warn(struct cli *cli, const struct change *change)
{
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	char text[LEASE_ADDRESS_TEXT_MAX];

	if (change->action != ACTION_DELETE || !change->host->network ||
	    lease_virt_network(change->host->network, change->mac, &leases, NULL) < 0)
		return;
	array_foreach(lease, &leases)
		cli_warn(cli,
			 "%s: the lease of %s stays until it expires; is "
			 "vmango-lease-monitor installed on %s?",
			 change->name, lease_address_format(&lease->address, text),
			 change->facts->config->name);
}

static void copies_warn(struct cli *cli, const struct change *change)
{
	CLEANUP(free_ptr) char *copies = plan_copies_text(change);

	if (change->action == ACTION_DELETE && copies)
		cli_warn(cli, "%s: %s", change->name, copies);
}

/* Reports objects with the names of a machine that does not exist, which stay. */
static void orphans_print(struct cli *cli, const struct change *change)
{
	CLEANUP(error_list_free) struct error_list messages = {0};

	if (change->action != ACTION_ABSENT || !change->host || !change->host->connection)
		return;
	orphans_find(change->host, change->name, &messages);
	for (size_t i = 0; i < messages.count; i++)
		cli_error(cli, "%s: is absent, but %s", change->name,
			  messages.messages[i]);
}

int verb_destroy(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	size_t changed, count = 0;
	bool is_partial;
	int status;

	verb.input.unlisted = true;
	status = verb_begin_existing(&verb, cli);
	if (status != CLI_DONE)
		return status;
	actions_choose(&verb.changes);
	if (!verb.input.prune)
		verb_unlisted_warn(&verb, " (kept without --all)");
	is_partial = verb_unreached_print(&verb) && verb.input.prune;
	if (cli->dry_run) {
		status = verb_deletion_show(&verb);
		return is_partial && status != CLI_SYSTEM ? CLI_NO : status;
	}
	if (verb_deletion_begin(&verb) != CLI_DONE)
		return CLI_NO;
	status = verb_run(&verb, "absent", machine_destroy, &changed);
	array_foreach(change, &verb.changes.list) {
		lease_warn(cli, change);
		copies_warn(cli, change);
		orphans_print(cli, change);
		count += change->machine != NULL;
	}
	if (status == CLI_DONE && !changed)
		cli_warn(cli, "%zu machine%s, nothing to destroy", count,
			 count == 1 ? "" : "s");
	return status == CLI_DONE && is_partial ? CLI_NO : status;
}

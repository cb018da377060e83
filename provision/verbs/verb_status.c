/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision status: the state of the machines of a batch. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "provision/machine/machine_wait.h"
#include "provision/plan/domain_owner.h"
#include "provision/plan/plan_faults.h"
#include "provision/plan/plan_moved.h"
#include "provision/verbs/verb_deletion.h"

/* "ready", "creating", "deleting", "degraded", "differs", "waits", "moved", "absent",
 * "unlisted", "failed". */
static const char *condition(const struct change *change)
{
	if (change->action == ACTION_FAIL)
		return "failed";
	if (!change->domain)
		return "absent";
	if (change->action == ACTION_RESUME)
		return metadata_is_removed(&change->domain->metadata) ? "deleting"
								      : "creating";
	if (change->action == ACTION_UNLISTED)
		return "unlisted";
	if (plan_faults_degrade(change))
		return "degraded";
	if (change->action == ACTION_CHANGE)
		return "differs";
	if (change->waits.differences.count)
		return "waits";
	return change->leftovers.count ? "moved" : "ready";
}

/* Sets the error if a domain that is not the machine has its name or UUID. Whether one
 * has. */
static bool identity_is_taken(const struct change *change, struct error *error)
{
	const struct facts_domain *other;
	CLEANUP(free_ptr) char *owner = NULL;

	if (change->domain || !change->facts)
		return false;
	other = facts_domain_find(change->facts, change->name);
	if (other) {
		owner = domain_owner_text(other);
		error_set(error, "the name is taken on %s by a domain %s",
			  change->facts->config->name, owner);
		return true;
	}
	other = facts_domain_by_uuid(change->facts, change->uuid);
	if (other)
		error_set(error, "domain %s on %s has its UUID", other->name,
			  change->facts->config->name);
	return other;
}

/* What a network that could not be read reserves is not known. */
static void address_fill(const struct change *change, struct machine_address *address)
{
	const struct metadata_reservation *reservation =
		&change->domain->metadata.reservation;

	/* One that is on two hypervisors has none of its own. */
	if (change->facts && (!reservation->network || reservation->by_script ||
			      change->facts->network.name))
		machine_address_find(change, address);
}

static bool result_fill(const struct change *change, struct verb_result *result)
{
	result->change = change;
	result->result = condition(change);
	result->state = "unknown";
	if (change->action == ACTION_FAIL)
		verb_failure_set(result);
	else if (identity_is_taken(change, &result->error))
		result->result = "failed";
	if (!change->domain)
		return false;
	result->state = facts_domain_state_name(change->domain);
	address_fill(change, &result->address);
	result->waits = json_object_new_array();
	verb_changes_add(result->waits, &change->waits);
	return !plan_faults_degrade(change) && !change->waits.differences.count &&
	       (change->action == ACTION_KEEP || change->action == ACTION_UNLISTED);
}

static void faults_warn(struct cli *cli, const struct change *change)
{
	array_foreach(fault, &change->faults)
		cli_warn(cli, "%s: %s%s", change->name, fault->text,
			 fault->is_restored ? "; apply restores it" : "");
}

static void leftovers_warn(struct cli *cli, const struct change *change)
{
	CLEANUP(free_ptr) char *left = plan_moved_text(change);
	CLEANUP(free_ptr) char *copies = plan_copies_text(change);

	if (left)
		cli_warn(cli, "%s: runs on %s, %s; apply removes it", change->name,
			 change->facts->config->name, left);
	if (copies)
		cli_warn(cli, "%s: runs on %s; %s", change->name,
			 change->facts->config->name, copies);
}

int verb_status(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	struct verb_result *results;
	size_t count;
	int status;

	verb.input.unlisted = true;
	verb_begin(&verb, cli, 1, 1);
	verb_batch_distrust(cli, &verb.batch);
	status = verb_errors_print(&verb);
	if (status != CLI_DONE)
		return status;
	if (verb.inventory)
		return verb_inventory(&verb);
	/* Problems of a hypervisor do not hide its machines. */
	verb_prepare(&verb, FACTS_ALL, false);
	if (verb_errors_print(&verb) != CLI_DONE)
		status = CLI_NO;
	if (verb.misselects)
		return CLI_USAGE;
	verb_unlisted_warn(&verb, "");
	verb_waits_warn(&verb);
	count = verb.changes.list.count;
	results = mem_zero(count, sizeof(*results));
	for (size_t i = 0; i < count; i++) {
		if (!result_fill(&verb.changes.list.items[i], &results[i]))
			status = CLI_NO;
	}
	for (size_t i = 0; i < count; i++) {
		faults_warn(cli, results[i].change);
		leftovers_warn(cli, results[i].change);
		if (results[i].change->action == ACTION_FAIL)
			verb_failure_print(&verb, results, i);
	}
	if (verb_all_unreached(&verb))
		status = CLI_SYSTEM;
	if (verb_results_print(&verb, results, count) < 0)
		status = CLI_SYSTEM;
	verb_results_free(results, count);
	return status;
}

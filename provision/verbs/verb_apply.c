/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision apply: creates and starts the machines of a batch. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/interrupt.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_create.h"
#include "provision/machine/machine_metadata.h"
#include "provision/machine/machine_remove.h"
#include "provision/machine/machine_restore.h"
#include "provision/machine/machine_update.h"
#include "provision/machine/machine_wait.h"
#include "provision/machine/machine_leftovers.h"
#include "provision/plan/plan_faults.h"
#include "provision/verbs/verb_command.h"
#include "provision/verbs/verb_definitions.h"
#include "provision/verbs/verb_deletion.h"

static int machine_resume(struct run *run, const struct change *change,
			  struct machine_address *address, struct error *error)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = host_domain_open(change->host, change->domain->uuid, error);

	if (!domain)
		return -1;
	if (change_is_taken_back(change) && virDomainIsActive(domain) == 1) {
		machine_address_find(change, address);
		return run_step(run, change->name, "keep", error) < 0
			       ? -1
			       : machine_take_back(run, domain, change->domain, error);
	}
	if (change_is_taken_back(change))
		return error_set(error,
				 "its guest has stopped meanwhile; run apply again");
	if (run_step(run, change->name, "roll back an earlier run", error) < 0 ||
	    machine_remove(run, change->host, domain, change->domain, error) < 0)
		return -1;
	return machine_create(run, change, address, error);
}

static int machine_delete(struct run *run, const struct change *change,
			  struct error *error)
{
	/* machine_remove() reports the step, once the guest has stopped. */
	if (run_check(run, "delete", error) < 0)
		return -1;
	return verb_deletion_do(run, change, error) < 0 ? -1 : 0;
}

static bool is_updated(const struct run *run, const struct change *change)
{
	const struct machine_diff *diff = &change->diff;

	return run->update && (machine_diff_is_possible(diff) || diff->hides_userdata ||
			       diff->shows_userdata);
}

/* Records do not change the machine itself, so no --update is needed. */
static bool is_recorded(const struct change *change)
{
	return machine_diff_find(&change->diff, MACHINE_PROTECT) != NULL;
}

static int machine_change(struct run *run, const struct change *change,
			  struct machine_address *address, struct error *error)
{
	machine_address_find(change, address);
	if (is_updated(run, change)) {
		if (machine_update(run, change, error) < 0)
			return -1;
	} else if (is_recorded(change) && machine_record(run, change, error) < 0) {
		return -1;
	}
	if (machine_leftovers_remove(run, change, error) < 0)
		return -1;
	return change->domain->active || plan_faults_stop(change)
		       ? 0
		       : machine_start(run, change, error);
}

/* See struct facts_domain. */
static int metadata_restore(struct run *run, const struct change *change,
			    struct error *error)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	if (!change->domain || !change->domain->is_overwritten)
		return 0;
	domain = host_domain_open(change->host, change->uuid, error);
	if (!domain)
		return -1;
	return machine_metadata_restore(run, domain, error);
}

static int change_apply(struct run *run, const struct change *change,
			struct machine_address *address, struct error *error)
{
	if (metadata_restore(run, change, error) < 0)
		return -1;
	if (plan_faults_are_restored(change) && machine_restore(run, change, error) < 0)
		return -1;
	if (is_updated(run, change))
		return machine_change(run, change, address, error);
	switch (change->action) {
	case ACTION_CREATE:
		return machine_create(run, change, address, error);
	case ACTION_RESUME:
		return machine_resume(run, change, address, error);
	case ACTION_CHANGE:
		return machine_change(run, change, address, error);
	case ACTION_START:
		machine_address_find(change, address);
		return machine_record_file(run, change, error) < 0
			       ? -1
			       : machine_start(run, change, error);
	case ACTION_KEEP:
	case ACTION_RESTORE:
		machine_address_find(change, address);
		return machine_record_file(run, change, error);
	case ACTION_UNLISTED:
		machine_address_find(change, address);
		return 0;
	case ACTION_CLEAN:
		machine_address_find(change, address);
		return machine_record_file(run, change, error) < 0
			       ? -1
			       : machine_leftovers_remove(run, change, error);
	case ACTION_DELETE:
		return machine_delete(run, change, error);
	case ACTION_ABSENT:
	case ACTION_ADOPT:
	case ACTION_FAIL:
		break;
	}
	return error_set(error, "%s", change->reason);
}

static const char *word_of(const struct run *run, const struct change *change)
{
	static const char *const words[] = {
		[ACTION_CREATE] = "created",   [ACTION_RESUME] = "resumed",
		[ACTION_START] = "started",    [ACTION_KEEP] = "kept",
		[ACTION_DELETE] = "deleted",   [ACTION_FAIL] = "failed",
		[ACTION_CLEAN] = "cleaned",    [ACTION_RESTORE] = "restored",
		[ACTION_UNLISTED] = "unlisted"};

	if (is_updated(run, change) || is_recorded(change))
		return "updated";
	if (change->action != ACTION_CHANGE)
		return words[change->action];
	return change->domain->active || plan_faults_stop(change) ? "kept" : "started";
}

/* A reservation that was restored is not in the facts. */
static void address_restored(const struct change *change, struct machine_address *address)
{
	array_foreach(fault, &change->faults) {
		if (fault->kind == FAULT_RESERVATION && fault->is_restored)
			*address = (struct machine_address){
				.known = true,
				.address = lease_address_v4(
					change->domain->metadata.reservation.ip)};
	}
}

/* Whether the guest runs since before this run. */
static bool runs_on(const struct change *change)
{
	return change->domain && change->domain->active &&
	       change->action != ACTION_RESUME;
}

/* Each run checks again whether a machine has its address. One that moves to another
 * network gets it when it is started again. */
static int address_wait(struct run *run, const struct change *change,
			struct machine_address *address, struct error *error)
{
	if (change->action == ACTION_DELETE || change->action == ACTION_UNLISTED)
		return 0;
	if (!runs_on(change))
		return run->wait_s && !plan_faults_stop(change)
			       ? machine_wait(run, change, address, error)
			       : 0;
	if (is_updated(run, change) &&
	    (machine_diff_find(&change->diff, MACHINE_NETWORK) ||
	     machine_diff_find(&change->diff, MACHINE_ADDRESS)))
		return 0;
	return machine_wait_running(run, change, address, error);
}

static void machine_apply(struct run *run, struct verb_result *result)
{
	const struct change *change = result->change;
	int status;

	interrupt_undo_begin(change->name,
			     change->host ? owner_lock_place(change->host->owner) : NULL);
	status = change_apply(run, change, &result->address, &result->error);
	interrupt_undo_end(change->name);
	if (status < 0) {
		result->address.known = false;
		return;
	}
	result->has_restored = true;
	address_restored(change, &result->address);
	if (change->action == ACTION_UNLISTED || plan_faults_stop(change))
		result->state = facts_domain_state_name(change->domain);
	else if (change->action != ACTION_DELETE)
		result->state = change->domain && change->domain->is_paused ? "paused"
									    : "running";
	if (address_wait(run, change, &result->address, &result->error) < 0)
		return;
	result->result = word_of(run, change);
}

static bool is_different(const struct change *change)
{
	return change->action == ACTION_CHANGE &&
	       machine_diff_needs_update(&change->diff);
}

/* Warns of what --update can't change. Whether there is anything. */
static bool impossible_warn(const struct verb *verb)
{
	bool any = false;

	array_foreach(change, &verb->changes.list) {
		if (!is_different(change))
			continue;
		array_foreach(difference, &change->diff.differences) {
			if (difference->is_possible)
				continue;
			any = true;
			cli_warn(
				verb->cli,
				"%s: %s can't change from %s to %s in place; to recreate "
				"the machine, destroy it first",
				change->name, machine_field_name(difference->field),
				difference->from, difference->to);
		}
	}
	return any;
}

/* Warns of what others have done to a machine and apply does not restore; whether there
 * is any. */
static bool faults_warn(const struct verb *verb)
{
	bool any = false;

	array_foreach(change, &verb->changes.list) {
		array_foreach(fault, &change->faults) {
			if (fault->is_restored || (verb->update && fault->is_updated))
				continue;
			any = any || !fault->is_harmless;
			cli_warn(verb->cli, "%s: %s", change->name, fault->text);
		}
	}
	return any;
}

/* The command that changes the machines. With a selection, it selects them. */
static char *update_command(const struct verb *verb, const char *const machines[],
			    size_t count)
{
	bool selects = verb->machines.count || verb->input.filter.only;
	char *command = verb_command(verb->cli, "apply --update", machines,
				     selects ? count : 0);

	return command ? command : mem_string("apply --update");
}

/* Warns of differences that stay without --update, and says how to change what can be
 * changed. Whether there are any. */
static bool differences_warn(const struct verb *verb)
{
	CLEANUP(free_ptr)
	const char **possible = mem_zero(verb->changes.list.count, sizeof(*possible));
	CLEANUP(free_ptr) char *command = NULL;
	size_t count = 0;
	bool any = false;

	array_foreach(change, &verb->changes.list) {
		CLEANUP(free_ptr) char *all = machine_diff_text(&change->diff, false);

		if (!is_different(change))
			continue;
		any = true;
		cli_warn(verb->cli, "%s: differs from the batch: %s", change->name, all);
		if (machine_diff_is_possible(&change->diff))
			possible[count++] = change->name;
	}
	command = update_command(verb, possible, count);
	if (count)
		cli_warn(verb->cli, "to change what can be changed in place: %s",
			 command);
	else if (any)
		cli_warn(verb->cli, "to recreate a machine, destroy it first");
	return any;
}

/* For each machine its own line, and one command for all. */
void verb_waits_warn(const struct verb *verb)
{
	CLEANUP(free_ptr)
	const char **names = mem_zero(verb->changes.list.count, sizeof(*names));
	CLEANUP(free_ptr) char *command = NULL;
	size_t count = 0;

	array_foreach(change, &verb->changes.list) {
		CLEANUP(free_ptr) char *text = machine_diff_text(&change->waits, true);

		if (!*text)
			continue;
		names[count++] = change->name;
		cli_warn(verb->cli, "%s: not in effect yet: %s", change->name, text);
	}
	command = count ? verb_command(verb->cli, "reboot", names, count) : NULL;
	if (command)
		cli_warn(verb->cli, "to stop and start what waits for that: %s", command);
}

/* Machines may have existed on hypervisors that could not be reached. */
static void duplicates_warn(const struct verb *verb)
{
	size_t created = 0;

	array_foreach(change, &verb->changes.list)
		created += change->action == ACTION_CREATE;
	for (size_t i = 0; i < verb->batch.hypervisors.count && created; i++) {
		const struct facts *facts = verb->hosts.facts[i];

		if (changes_host_is_unknown(&verb->changes, facts))
			cli_warn(
				verb->cli,
				"%s can't be reached (%s): machines that exist there and "
				"are created elsewhere will exist twice",
				facts->config->name, facts->unreachable);
	}
}

/* Machines that the batch has. */
static size_t machines_count(const struct verb *verb)
{
	size_t count = 0;

	array_foreach(change, &verb->changes.list)
		count += change->machine != NULL;
	return count;
}

int verb_apply(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	size_t changed, count;
	bool is_left, is_partial;
	int status;

	verb.input.unlisted = true;
	verb_begin(&verb, cli, 1, 1);
	if (cli->dry_run)
		verb_batch_distrust(cli, &verb.batch);
	else
		verb_own(&verb);
	verb_prepare(&verb, FACTS_ALL, false);
	verb_definitions_check(&verb);
	status = verb_errors_print(&verb);
	if (status != CLI_DONE)
		return status;
	verb_unlisted_warn(&verb, "");
	is_partial = verb.input.prune && verb_unreached_print(&verb);
	if (cli->dry_run) {
		status = verb_deletion_show(&verb);
		return is_partial && status != CLI_SYSTEM ? CLI_NO : status;
	}
	cli_warnings(cli, &verb.changes.warnings);
	if (verb_deletion_begin(&verb) != CLI_DONE)
		return CLI_NO;
	is_left = verb.update ? impossible_warn(&verb) : differences_warn(&verb);
	is_left = faults_warn(&verb) || is_left;
	verb_waits_warn(&verb);
	if (!verb.update)
		verb_userdata_warn(&verb);
	duplicates_warn(&verb);
	status = verb_run(&verb, "kept", machine_apply, &changed);
	count = machines_count(&verb);
	if (status == CLI_DONE && !changed && !is_left)
		cli_warn(cli, "%zu machine%s, nothing to change", count,
			 count == 1 ? "" : "s");
	return status == CLI_DONE && (is_left || is_partial) ? CLI_NO : status;
}

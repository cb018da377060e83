/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision apply: makes the machines of a batch be there. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/interrupt.h"
#include "common/virt.h"
#include "provision/host/host_line.h"
#include "provision/machine/machine_create.h"
#include "provision/machine/machine_metadata.h"
#include "provision/machine/machine_remove.h"
#include "provision/machine/machine_update.h"
#include "provision/machine/machine_wait.h"
#include "provision/plan/plan_moved.h"
#include "provision/verbs/verb_deletion.h"

static int machine_resume(struct run *run, const struct plan_item *item,
			  struct machine_address *address, struct error *error)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = virDomainLookupByUUIDString(
		host_line(item->host)->connection, item->domain->uuid);

	if (!domain)
		return virt_error(error, "can't find the domain");
	if (run_step(run, item->name, "roll back an earlier run", error) < 0 ||
	    machine_remove(run, item->host, domain, error) < 0)
		return -1;
	return machine_create(run, item, address, error);
}

static int machine_delete(struct run *run, const struct plan_item *item,
			  struct error *error)
{
	if (run_step(run, item->name, "delete", error) < 0)
		return -1;
	return verb_deletion_do(run, item, error) < 0 ? -1 : 0;
}

static bool is_updated(const struct run *run, const struct plan_item *item)
{
	const struct machine_diff *diff = &item->diff;

	return run->update && (machine_diff_is_possible(diff) || diff->hides_userdata ||
			       diff->shows_userdata);
}

/* Loses nothing, and so needs no --update. */
static bool is_recorded(const struct plan_item *item)
{
	return machine_diff_find(&item->diff, MACHINE_PROTECT) != NULL;
}

static int machine_change(struct run *run, const struct plan_item *item,
			  struct machine_address *address, struct error *error)
{
	machine_address_find(item, address);
	if (is_updated(run, item)) {
		if (machine_update(run, item, error) < 0)
			return -1;
	} else if (is_recorded(item) && machine_record(run, item, error) < 0) {
		return -1;
	}
	if (plan_moved_clean(run, item, error) < 0)
		return -1;
	return item->domain->active ? 0 : machine_start(run, item, error);
}

/* See struct host_domain. */
static int metadata_restore(struct run *run, const struct plan_item *item,
			    struct error *error)
{
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;

	if (!item->domain || !item->domain->is_overwritten)
		return 0;
	domain = virDomainLookupByUUIDString(host_line(item->host)->connection,
					     item->uuid);
	if (!domain)
		return virt_error(error, "can't find the domain");
	return machine_metadata_restore(run, domain, error);
}

static int item_apply(struct run *run, const struct plan_item *item,
		      struct machine_address *address, struct error *error)
{
	if (metadata_restore(run, item, error) < 0)
		return -1;
	if (is_updated(run, item))
		return machine_change(run, item, address, error);
	switch (item->action) {
	case PLAN_CREATE:
		return machine_create(run, item, address, error);
	case PLAN_RESUME:
		return machine_resume(run, item, address, error);
	case PLAN_CHANGE:
		return machine_change(run, item, address, error);
	case PLAN_START:
		machine_address_find(item, address);
		return machine_start(run, item, error);
	case PLAN_KEEP:
	case PLAN_UNLISTED:
		machine_address_find(item, address);
		return 0;
	case PLAN_CLEAN:
		machine_address_find(item, address);
		return plan_moved_clean(run, item, error);
	case PLAN_DELETE:
		return machine_delete(run, item, error);
	case PLAN_ABSENT:
	case PLAN_ADOPT:
	case PLAN_FAIL:
		break;
	}
	return error_set(error, "%s", item->reason);
}

static const char *word_of(const struct run *run, const struct plan_item *item)
{
	static const char *const words[] = {
		[PLAN_CREATE] = "created", [PLAN_RESUME] = "resumed",
		[PLAN_START] = "started",  [PLAN_KEEP] = "kept",
		[PLAN_DELETE] = "deleted", [PLAN_FAIL] = "failed",
		[PLAN_CLEAN] = "cleaned",  [PLAN_UNLISTED] = "unlisted"};

	if (is_updated(run, item) || is_recorded(item))
		return "updated";
	if (item->action != PLAN_CHANGE)
		return words[item->action];
	return item->domain->active ? "kept" : "started";
}

static void machine_apply(struct run *run, struct verb_result *result)
{
	const struct plan_item *item = result->item;
	int status;
	bool is_started = item->action != PLAN_DELETE && item->action != PLAN_UNLISTED &&
			  !(item->domain && item->domain->active &&
			    item->action != PLAN_RESUME);

	interrupt_undo_begin(item->name);
	status = item_apply(run, item, &result->address, &result->error);
	interrupt_undo_end(item->name);
	if (status < 0) {
		result->address.known = false;
		return;
	}
	if (item->action == PLAN_UNLISTED)
		result->state = item->domain->active ? "running" : "stopped";
	else if (item->action != PLAN_DELETE)
		result->state = "running";
	if (is_started && run->wait_s &&
	    machine_wait(run, item, &result->address, &result->error) < 0)
		return;
	result->result = word_of(run, item);
}

/* Says what is left as it is; whether there is what --update was asked for in vain. */
static bool differences_tell(const struct verb *verb)
{
	bool any = false;

	array_foreach(item, &verb->plan.items) {
		CLEANUP(free_ptr) char *all = machine_diff_text(&item->diff, false);

		if (item->action != PLAN_CHANGE ||
		    !machine_diff_needs_update(&item->diff))
			continue;
		if (!verb->update)
			cli_warn(verb->cli, "%s: differs from the batch: %s", item->name,
				 all);
		array_foreach(change, &item->diff.changes) {
			if (!verb->update || change->is_possible)
				continue;
			any = true;
			cli_warn(verb->cli,
				 "%s: %s can't change from %s to %s in place; destroy "
				 "the machine to have it recreated",
				 item->name, machine_field_name(change->field),
				 change->from, change->to);
		}
	}
	return any;
}

/* What is created may be where the batch had it before, and could not be looked for. */
static void doubts_tell(const struct verb *verb)
{
	size_t created = 0;

	array_foreach(item, &verb->plan.items)
		created += item->action == PLAN_CREATE;
	for (size_t i = 0; i < verb->batch.hypervisors.count && created; i++) {
		const struct plan_host *found = &verb->plan.hosts[i];

		if (plan_is_doubtful(&verb->plan, found))
			cli_warn(verb->cli,
				 "%s can't be reached (%s): machines that are created "
				 "elsewhere exist twice if the batch had them there",
				 found->host.config->name,
				 error_text(&found->unreachable));
	}
}

/* Machines that the batch has. */
static size_t machines_count(const struct verb *verb)
{
	size_t count = 0;

	array_foreach(item, &verb->plan.items)
		count += item->machine != NULL;
	return count;
}

int verb_apply(struct cli *cli)
{
	CLEANUP(verb_end) struct verb verb = {0};
	size_t changed, count;
	bool is_left, is_partial;
	int status;

	verb.unlisted = true;
	verb_begin(&verb, cli, 1, 1);
	if (cli->dry_run)
		verb_batch_distrust(cli, &verb.batch);
	else
		verb_own(&verb);
	verb_survey(&verb, HOST_ALL, false);
	status = verb_errors_tell(&verb);
	if (status != CLI_DONE)
		return status;
	verb_unlisted_tell(&verb, "");
	is_partial = verb.prune && verb_unreached_tell(&verb);
	if (cli->dry_run)
		return verb_plan_show(&verb);
	if (verb_deletion_begin(&verb) != CLI_DONE)
		return CLI_NO;
	is_left = differences_tell(&verb);
	if (!verb.update)
		verb_userdata_warn(&verb);
	doubts_tell(&verb);
	status = verb_run(&verb, "kept", machine_apply, &changed);
	count = machines_count(&verb);
	if (status == CLI_DONE && !changed)
		cli_warn(cli, "%zu machine%s, nothing to change", count,
			 count == 1 ? "" : "s");
	return status == CLI_DONE && (is_left || is_partial) ? CLI_NO : status;
}

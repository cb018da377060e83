/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: what is to be done about each machine of a batch, decided before anything is.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/host/host_line.h"
#include "provision/plan/plan.h"
#include "provision/plan/plan_action.h"
#include "provision/plan/plan_check.h"
#include "provision/plan/plan_item.h"
#include "provision/plan/plan_place.h"
#include "provision/plan/plan_unlisted.h"

static bool host_is_used(const struct plan *plan, const struct batch_hypervisor *config)
{
	if (plan->prune)
		return true;
	array_foreach(machine, &plan->batch->machines) {
		if (!plan_filter_takes(plan->filter, machine->name))
			continue;
		for (size_t i = 0; i < machine->hypervisor_count; i++)
			if (machine->hypervisors[i] == config)
				return true;
	}
	return false;
}

int plan_lock(const struct plan *plan, const struct host *host, const struct owner *self,
	      const char *batch, struct owner_lock **lock, struct error *error)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(host->connection);
	CLEANUP(free_ptr)
	char *renew_uri = host_line_uri(uri, virConnectGetType(host->connection));
	const struct owner_lock_job job = {.connection = host->connection,
					   .hypervisor = host->config->name,
					   .batch = batch,
					   .renew_uri = renew_uri,
					   .self = self,
					   .watching = plan->watching,
					   .data = plan->watching_data};

	return self ? owner_lock_take(&job, lock, error) : 0;
}

/* Locks the batch there before anything is read that is to be changed later. */
static int host_own(struct plan *plan, struct host *host)
{
	CLEANUP(error_free) struct error error = {0};

	if (plan_lock(plan, host, plan->owner, plan->batch->name, &host->owner, &error) ==
	    0)
		return 0;
	return error_list_take(&plan->held, &error);
}

int plan_survey(const struct batch *batch, unsigned int parts, struct plan *plan,
		struct error_list *errors)
{
	size_t before = errors->count;

	plan->batch = batch;
	plan->hosts = mem_zero(batch->hypervisors.count, sizeof(*plan->hosts));
	plan->all_hosts = mem_zero(batch->hypervisors.count + 1,
				   sizeof(*plan->all_hosts));
	for (size_t i = 0; i < batch->hypervisors.count; i++) {
		struct plan_host *found = &plan->hosts[i];
		const struct batch_hypervisor *config = &batch->hypervisors.items[i];
		CLEANUP(error_list_free) struct error_list ignored = {0};

		plan->all_hosts[i] = &found->host;
		/* What is wrong with one that is not used does not matter. */
		if (host_open(&found->host, config, &found->unreachable) == 0 &&
		    host_own(plan, &found->host) == 0)
			host_survey(&found->host, parts,
				    host_is_used(plan, config) ? errors : &ignored);
		found->host.all = plan->all_hosts;
	}
	return errors->count > before ? -1 : 0;
}

void plan_free(struct plan *plan)
{
	if (!plan || !plan->batch)
		return;
	array_foreach(item, &plan->items)
		owner_lock_release(item->former);
	for (size_t i = 0; i < plan->batch->hypervisors.count; i++) {
		host_free(&plan->hosts[i].host);
		error_free(&plan->hosts[i].unreachable);
	}
	array_foreach(item, &plan->items) {
		free(item->placement);
		free(item->hash);
		free(item->reason);
		free(item->left.items);
		metadata_free(item->adopted);
		free(item->adopted);
		machine_diff_free(&item->diff);
	}
	error_list_free(&plan->held);
	free(plan->items.items);
	free(plan->hosts);
	free(plan->all_hosts);
	*plan = (struct plan){0};
}

static void item_make(struct plan *plan, struct plan_item *item,
		      struct error_list *errors)
{
	if (plan_action_choose(plan, item, errors) < 0)
		return;
	if (item->action == PLAN_CREATE || item->action == PLAN_RESUME)
		plan_check_new(plan, item, errors);
	else
		plan_check_there(item, errors);
	if (item->action == PLAN_KEEP && item->left.count)
		item->action = PLAN_CLEAN;
}

/* Items for all machines meant that may be somewhere. */
static void items_add(struct plan *plan)
{
	size_t count = plan->batch->machines.count;

	for (size_t i = 0; i < plan->batch->hypervisors.count; i++)
		count += plan->hosts[i].host.domains.count;
	plan->items.items = mem_zero(count, sizeof(*plan->items.items));
	plan->items.capacity = count;
	array_foreach(machine, &plan->batch->machines) {
		if (machine->hypervisor_count &&
		    plan_filter_takes(plan->filter, machine->name))
			plan_item_add(plan, machine->name)->machine = machine;
	}
}

/* Machines that have their place come first, so that the others get what is left. */
static void items_place(struct plan *plan, struct error_list *errors, bool for_creation)
{
	CLEANUP(free_ptr) bool *open = mem_zero(plan->items.count, sizeof(*open));
	size_t i = 0;

	plan_place_begin(plan);
	array_foreach(item, &plan->items)
		open[i++] = plan_place_known(plan, item, errors) == 0;
	i = 0;
	array_foreach(item, &plan->items) {
		bool is_open = open[i++];

		if (is_open && for_creation)
			plan_place_choose(plan, item, errors);
		else if (is_open)
			plan_place_absent(plan, item);
	}
}

static bool is_decided(const struct plan_item *item)
{
	return !item->host || item->action == PLAN_FAIL;
}

int plan_find(struct plan *plan, struct error_list *errors)
{
	size_t before = errors->count;

	items_add(plan);
	items_place(plan, errors, false);
	array_foreach(item, &plan->items) {
		if (is_decided(item))
			continue;
		plan_action_choose(plan, item, errors);
		if (item->domain)
			plan_item_take(item);
	}
	if (plan->unlisted)
		plan_unlisted_add(plan, errors);
	return errors->count > before ? -1 : 0;
}

int plan_make(struct plan *plan, struct error_list *errors)
{
	size_t before = errors->count;

	items_add(plan);
	items_place(plan, errors, !plan->adopts);
	array_foreach(item, &plan->items) {
		if (!is_decided(item))
			item_make(plan, item, errors);
	}
	if (plan->unlisted)
		plan_unlisted_add(plan, errors);
	return errors->count > before ? -1 : 0;
}

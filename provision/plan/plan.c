/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: what is to be done about each machine of a batch, decided before anything is.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/host/host_connection.h"
#include "provision/plan/changes.h"
#include "provision/plan/plan_action.h"
#include "provision/plan/plan_check.h"
#include "provision/plan/change.h"
#include "provision/plan/plan_place.h"
#include "provision/plan/plan_unlisted.h"

static bool host_is_used(const struct changes *changes,
			 const struct batch_hypervisor *config)
{
	if (changes->prune)
		return true;
	array_foreach(machine, &changes->batch->machines) {
		if (!plan_filter_takes(changes->filter, machine->name))
			continue;
		for (size_t i = 0; i < machine->hypervisor_count; i++)
			if (machine->hypervisors[i] == config)
				return true;
	}
	return false;
}

int plan_lock(const struct changes *changes, const struct host *host,
	      const struct owner *self, const char *batch, struct owner_lock **lock,
	      struct error *error)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(host->connection);
	CLEANUP(free_ptr)
	char *renew_uri = host_connection_uri(uri, virConnectGetType(host->connection));
	const struct owner_lock_job job = {.connection = host->connection,
					   .hypervisor = host->config->name,
					   .batch = batch,
					   .renew_uri = renew_uri,
					   .self = self,
					   .watching = changes->watching,
					   .data = changes->watching_data};

	return self ? owner_lock_take(&job, lock, error) : 0;
}

/* Locks the batch there before anything is read that is to be changed later. */
static int host_own(struct changes *changes, struct host *host)
{
	CLEANUP(error_free) struct error error = {0};

	if (plan_lock(changes, host, changes->owner, changes->batch->name, &host->owner,
		      &error) == 0)
		return 0;
	return error_list_take(&changes->held, &error);
}

int plan_survey(const struct batch *batch, unsigned int parts, struct changes *changes,
		struct error_list *errors)
{
	size_t before = errors->count;

	changes->batch = batch;
	changes->hosts = mem_zero(batch->hypervisors.count, sizeof(*changes->hosts));
	changes->all_hosts = mem_zero(batch->hypervisors.count + 1,
				      sizeof(*changes->all_hosts));
	for (size_t i = 0; i < batch->hypervisors.count; i++) {
		struct plan_host *found = &changes->hosts[i];
		const struct batch_hypervisor *config = &batch->hypervisors.items[i];
		CLEANUP(error_list_free) struct error_list ignored = {0};

		changes->all_hosts[i] = &found->host;
		/* What is wrong with one that is not used does not matter. */
		if (host_open(&found->host, config, &found->unreachable) == 0 &&
		    host_own(changes, &found->host) == 0)
			host_survey(&found->host, parts,
				    host_is_used(changes, config) ? errors : &ignored);
		found->host.all = changes->all_hosts;
	}
	return errors->count > before ? -1 : 0;
}

void plan_free(struct changes *changes)
{
	if (!changes || !changes->batch)
		return;
	array_foreach(change, &changes->list)
		owner_lock_release(change->former);
	for (size_t i = 0; i < changes->batch->hypervisors.count; i++) {
		host_free(&changes->hosts[i].host);
		error_free(&changes->hosts[i].unreachable);
	}
	array_foreach(change, &changes->list) {
		free(change->placement);
		free(change->hash);
		free(change->reason);
		free(change->left.items);
		metadata_free(change->adopted);
		free(change->adopted);
		machine_diff_free(&change->diff);
	}
	error_list_free(&changes->held);
	free(changes->list.items);
	free(changes->hosts);
	free(changes->all_hosts);
	*changes = (struct changes){0};
}

static void item_make(struct changes *changes, struct change *change,
		      struct error_list *errors)
{
	if (plan_action_choose(changes, change, errors) < 0)
		return;
	if (change->action == ACTION_CREATE || change->action == ACTION_RESUME)
		plan_check_new(changes, change, errors);
	else
		plan_check_there(change, errors);
	if (change->action == ACTION_KEEP && change->left.count)
		change->action = ACTION_CLEAN;
}

/* Items for all machines meant that may be somewhere. */
static void items_add(struct changes *changes)
{
	size_t count = changes->batch->machines.count;

	for (size_t i = 0; i < changes->batch->hypervisors.count; i++)
		count += changes->hosts[i].host.domains.count;
	changes->list.items = mem_zero(count, sizeof(*changes->list.items));
	changes->list.capacity = count;
	array_foreach(machine, &changes->batch->machines) {
		if (machine->hypervisor_count &&
		    plan_filter_takes(changes->filter, machine->name))
			change_add(changes, machine->name)->machine = machine;
	}
}

/* Machines that have their place come first, so that the others get what is left. */
static void items_place(struct changes *changes, struct error_list *errors,
			bool for_creation)
{
	CLEANUP(free_ptr) bool *open = mem_zero(changes->list.count, sizeof(*open));
	size_t i = 0;

	plan_place_begin(changes);
	array_foreach(change, &changes->list)
		open[i++] = plan_place_known(changes, change, errors) == 0;
	i = 0;
	array_foreach(change, &changes->list) {
		bool is_open = open[i++];

		if (is_open && for_creation)
			plan_place_choose(changes, change, errors);
		else if (is_open)
			plan_place_absent(changes, change);
	}
}

static bool is_decided(const struct change *change)
{
	return !change->host || change->action == ACTION_FAIL;
}

int plan_find(struct changes *changes, struct error_list *errors)
{
	size_t before = errors->count;

	items_add(changes);
	items_place(changes, errors, false);
	array_foreach(change, &changes->list) {
		if (is_decided(change))
			continue;
		plan_action_choose(changes, change, errors);
		if (change->domain)
			change_take_domain(change);
	}
	if (changes->unlisted)
		plan_unlisted_add(changes, errors);
	return errors->count > before ? -1 : 0;
}

int plan_make(struct changes *changes, struct error_list *errors)
{
	size_t before = errors->count;

	items_add(changes);
	items_place(changes, errors, !changes->adopts);
	array_foreach(change, &changes->list) {
		if (!is_decided(change))
			item_make(changes, change, errors);
	}
	if (changes->unlisted)
		plan_unlisted_add(changes, errors);
	return errors->count > before ? -1 : 0;
}

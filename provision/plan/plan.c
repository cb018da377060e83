/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Planning: a batch and the facts of its hypervisors -> changes. Makes no queries. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "provision/plan/plan.h"
#include "provision/plan/plan_action.h"
#include "provision/plan/plan_check.h"
#include "provision/plan/plan_faults.h"
#include "provision/plan/plan_place.h"
#include "provision/plan/plan_room.h"
#include "provision/plan/plan_unlisted.h"

bool plan_uses(const struct plan_input *input, const struct batch_hypervisor *config)
{
	if (input->prune)
		return true;
	array_foreach(machine, &input->batch->machines) {
		if (!plan_filter_takes(&input->filter, machine->name))
			continue;
		for (size_t i = 0; i < machine->hypervisor_count; i++)
			if (machine->hypervisors[i] == config)
				return true;
	}
	return false;
}

/* Capacity for all selected machines, and for those of the batch that exist. */
static void changes_begin(struct changes *changes, const struct plan_input *input)
{
	size_t hypervisors = input->batch->hypervisors.count;
	size_t count = input->batch->machines.count;

	*changes = (struct changes){.input = *input};
	changes->space = mem_zero(hypervisors, sizeof(*changes->space));
	for (size_t i = 0; i < hypervisors; i++)
		count += input->facts[i]->domains.count;
	changes->list.items = mem_zero(count, sizeof(*changes->list.items));
	changes->list.capacity = count;
	array_foreach(machine, &input->batch->machines) {
		if (machine->hypervisor_count &&
		    plan_filter_takes(&input->filter, machine->name))
			change_add(changes, machine->name)->machine = machine;
	}
}

/* Machines with a known hypervisor come first, so that the others get the resources that
 * are left. */
static void changes_place(struct changes *changes, struct error_list *errors,
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
	return !change->facts || change->action == ACTION_FAIL;
}

static void change_make(struct changes *changes, struct change *change,
			struct error_list *errors)
{
	if (plan_action_choose(changes, change, errors) < 0)
		return;
	if (change->action == ACTION_START && plan_place_start_fails(changes, change))
		return;
	if (change->action == ACTION_CREATE || change->action == ACTION_RESUME)
		plan_check_new(changes, change, errors);
	else
		plan_check_existing(change, errors);
	if (change->action == ACTION_KEEP && change->leftovers.count)
		change->action = ACTION_CLEAN;
	if (!change->domain || change->domain->metadata.state != METADATA_READY ||
	    change->action == ACTION_ADOPT)
		return;
	plan_faults_find(change);
	if (change->action == ACTION_START && plan_faults_stop(change))
		change->action = ACTION_KEEP;
	plan_waits_find(change);
	if (change->action == ACTION_KEEP && plan_faults_are_restored(change))
		change->action = ACTION_RESTORE;
}

int plan_find(const struct plan_input *input, struct changes *changes,
	      struct error_list *errors)
{
	size_t before = errors->count;

	changes_begin(changes, input);
	changes_place(changes, errors, false);
	array_foreach(change, &changes->list) {
		if (is_decided(change))
			continue;
		plan_action_choose(changes, change, errors);
		if (!change->domain)
			continue;
		change_take_domain(change);
		plan_waits_find(change);
	}
	if (input->unlisted)
		plan_unlisted_add(changes, errors);
	return errors->count > before ? -1 : 0;
}

int plan_make(const struct plan_input *input, struct changes *changes,
	      struct error_list *errors)
{
	size_t before = errors->count;

	changes_begin(changes, input);
	changes_place(changes, errors, !input->adopts);
	array_foreach(change, &changes->list) {
		if (!is_decided(change))
			change_make(changes, change, errors);
	}
	plan_room_check(changes, errors);
	if (input->unlisted)
		plan_unlisted_add(changes, errors);
	return errors->count > before ? -1 : 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hypervisor that each machine is or will be on. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/virsh.h"
#include "provision/plan/domain_owner.h"
#include "provision/plan/plan_check.h"
#include "provision/plan/plan_moved.h"
#include "provision/plan/plan_place.h"
#include "provision/plan/plan_twins.h"

static const struct facts *facts_of(const struct changes *changes,
				    const struct batch_hypervisor *hypervisor)
{
	return changes->input.facts[changes_index(changes, hypervisor)];
}

static struct placement_host *space_of(const struct changes *changes,
				       const struct facts *facts)
{
	return &changes->space[changes_index(changes, facts->config)];
}

static uint64_t memory_free(const struct facts *facts)
{
	uint64_t used = 0;

	array_foreach(domain, &facts->domains) {
		if (domain->active)
			used += domain->memory_bytes;
	}
	return facts->memory_bytes > used ? facts->memory_bytes - used : 0;
}

void plan_place_begin(const struct changes *changes)
{
	for (size_t i = 0; i < changes->input.batch->hypervisors.count; i++) {
		const struct facts *facts = changes->input.facts[i];

		changes->space[i] = (struct placement_host){
			.name = facts->config->name,
			.memory_free_bytes = memory_free(facts),
			.disk_free_bytes = facts->root_pool.free_bytes,
			.machines = facts->domains.count,
		};
	}
}

/* The memory of a running machine is not free already. */
static void space_take(const struct changes *changes, const struct change *change)
{
	struct placement_host *space = space_of(changes, change->facts);
	struct placement_need need = {0};

	if (!change->machine->plan || (change->domain && change->domain->active))
		return;
	need.memory_bytes = change->machine->plan->memory_bytes;
	if (!change->domain)
		need.disk_bytes = change->machine->plan->disk_size_bytes;
	placement_take(space, &need);
	space->machines -= change->domain != NULL;
}

static void change_fail(struct change *change, char *reason)
{
	change->action = ACTION_FAIL;
	change->reason = reason;
}

/* How well a section of the batch matches a machine on its hypervisor. */
static unsigned int section_rank(const struct change *change,
				 const struct facts_domain *domain,
				 const struct facts *facts)
{
	const struct batch_machine *machine = change->machine;
	unsigned int rank = 0;

	array_foreach(volume, &domain->metadata.volumes) {
		if (!strcmp(volume->pool, facts->config->root_pool))
			rank = 2;
	}
	for (size_t i = 0; i < machine->hypervisor_count; i++) {
		if (machine->hypervisors[i] == facts->config)
			return rank + 1;
	}
	return rank;
}

/* Several sections can be one hypervisor; then the best match counts. */
static int existing_find(const struct changes *changes, struct change *change,
			 const struct facts **found, struct error_list *errors)
{
	unsigned int best = 0;

	for (size_t i = 0; i < changes->input.batch->hypervisors.count; i++) {
		const struct facts *facts = changes->input.facts[i];
		const struct facts_domain *domain = facts_domain_find(facts,
								      change->name);
		unsigned int rank;

		if (!domain || !changes_take(changes, domain))
			continue;
		if (*found && !facts_are_same(*found, facts)) {
			if (plan_moved_resolve(change, found, facts, domain))
				continue;
			return plan_twins_report(changes, change, errors);
		}
		rank = section_rank(change, domain, facts);
		if (*found && rank <= best)
			continue;
		best = rank;
		*found = facts;
		change->domain = domain;
	}
	return 0;
}

int plan_place_known(const struct changes *changes, struct change *change,
		     struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;
	const struct facts *found = NULL;

	if (existing_find(changes, change, &found, errors) < 0)
		return -1;
	if (!found && machine->hypervisor_count > 1)
		return 0;
	if (!found)
		found = facts_of(changes, machine->hypervisors[0]);
	else if (machine->hypervisor_count > 1)
		change->placement = mem_string("already exists there");
	change_place(changes, change, found);
	if (found->is_reached)
		space_take(changes, change);
	else
		change_fail(change, mem_string(found->unreachable));
	return 1;
}

/* Why the machine can't be created there, regardless of room; NULL if it can. */
static char *obstacle_find(const struct change *change, const struct facts *facts)
{
	const struct batch_machine *machine = change->machine;
	const struct facts_domain *other;
	const struct facts_image *image;
	CLEANUP(error_free) struct error error = {0};

	if (!facts->is_reached)
		return mem_string("can't be reached");
	other = facts_domain_find(facts, change->name);
	if (other) {
		CLEANUP(free_ptr) char *owner = domain_owner_text(other);

		return mem_format("the name is taken by a domain %s", owner);
	}
	if (!machine->image || !facts->arch)
		return NULL;
	image = facts_image_find(facts, machine->image, machine->arch, &error);
	if (!image)
		return mem_format("no image \"%s\"", machine->image);
	if (plan_check_image_size(machine, image, &error) < 0)
		return mem_string(error_text(&error));
	return NULL;
}

static int nowhere(const struct changes *changes, struct change *change, const char *why,
		   struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;

	for (size_t i = 0; i < machine->hypervisor_count; i++) {
		if (!facts_of(changes, machine->hypervisors[i])->is_reached) {
			change_fail(change,
				    mem_format("no hypervisor has room: %s", why));
			return 0;
		}
	}
	return batch_machine_error(machine, "hypervisor", errors,
				   "no hypervisor has room for %s: %s", change->name,
				   why);
}

/* Fails the change if the machine may be on a hypervisor that can't be reached. */
static bool doubt_fails(const struct changes *changes, struct change *change)
{
	const struct batch_machine *machine = change->machine;

	for (size_t i = 0; i < machine->hypervisor_count; i++) {
		const struct facts *facts = facts_of(changes, machine->hypervisors[i]);
		const char *name = facts->config->name;
		CLEANUP(buf_free) struct buf quoted = {0};

		if (!changes_host_is_unknown(changes, facts))
			continue;
		text_add_shell(&quoted, name);
		change_fail(change,
			    mem_format("may be on %s, which can't be reached (%s); "
				       "--assume-lost %s creates it elsewhere",
				       name, facts->unreachable, buf_text(&quoted)));
		return true;
	}
	return false;
}

static int choose(const struct changes *changes, struct change *change,
		  const struct placement_option options[], struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;
	CLEANUP(free_ptr) char *why = NULL;
	struct placement_need need = {0};
	size_t chosen;

	if (machine->plan)
		need = (struct placement_need){machine->plan->memory_bytes,
					       machine->plan->disk_size_bytes};
	if (placement_choose(options, machine->hypervisor_count, &need, &chosen, &why) <
	    0)
		return nowhere(changes, change, why, errors);
	change_place(changes, change, facts_of(changes, machine->hypervisors[chosen]));
	change->placement = TAKE(why);
	space_take(changes, change);
	return 0;
}

int plan_place_choose(const struct changes *changes, struct change *change,
		      struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;
	size_t count = machine->hypervisor_count;
	CLEANUP(free_ptr)
	struct placement_option *options = mem_zero(count, sizeof(*options));
	CLEANUP(free_ptr) char **obstacles = mem_zero(count, sizeof(*obstacles));
	int status;

	if (doubt_fails(changes, change))
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct facts *facts = facts_of(changes, machine->hypervisors[i]);

		obstacles[i] = obstacle_find(change, facts);
		options[i] = (struct placement_option){space_of(changes, facts),
						       obstacles[i]};
	}
	status = choose(changes, change, options, errors);
	for (size_t i = 0; i < count; i++)
		free(obstacles[i]);
	return status;
}

void plan_place_absent(const struct changes *changes, struct change *change)
{
	const struct batch_machine *machine = change->machine;

	for (size_t i = 0; i < machine->hypervisor_count; i++) {
		const struct facts *facts = facts_of(changes, machine->hypervisors[i]);

		if (facts->is_reached) {
			change_place(changes, change, facts);
			continue;
		}
		change->facts = NULL;
		change_fail(change, mem_format("may be on %s: %s", facts->config->name,
					       facts->unreachable));
		return;
	}
}

/* A hypervisor that a machine which is off here may have been moved to, and which can't
 * be reached: one of its own, or of the batch if that no longer has the machine. */
static const struct facts *doubt_find(const struct changes *changes,
				      const struct change *change)
{
	const struct batch_machine *machine = change->machine;
	size_t count = machine ? machine->hypervisor_count
			       : changes->input.batch->hypervisors.count;

	for (size_t i = 0; i < count; i++) {
		const struct facts *facts = machine ? facts_of(changes,
							       machine->hypervisors[i])
						    : changes->input.facts[i];

		if (facts != change->facts && changes_host_is_unknown(changes, facts))
			return facts;
	}
	return NULL;
}

bool plan_place_start_fails(const struct changes *changes, struct change *change)
{
	const struct facts_domain *domain = change->domain;
	const struct facts *facts = doubt_find(changes, change);
	CLEANUP(free_ptr) char *command = NULL;

	if (!facts || !domain || domain->active ||
	    domain->metadata.state != METADATA_READY)
		return false;
	command = virsh_text(facts_command_uri(change->facts), "start", change->name,
			     NULL);
	change_fail(change,
		    mem_format("may run on %s, which can't be reached (%s); if it "
			       "does not, start it: %s",
			       facts->config->name, facts->unreachable, command));
	return true;
}

bool plan_place_deletion_fails(const struct changes *changes, struct change *change)
{
	const struct facts_domain *domain = change->domain;
	const struct facts *facts = doubt_find(changes, change);

	if (!facts || domain->active || domain->metadata.state != METADATA_READY)
		return false;
	change_fail(change,
		    mem_format("is off, and may have been moved with its disk to %s, "
			       "which can't be reached (%s); if that is lost, remove its "
			       "section from the batch",
			       facts->config->name, facts->unreachable));
	return true;
}

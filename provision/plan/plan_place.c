/* SPDX-License-Identifier: GPL-2.0-or-later */
/* On which hypervisor each machine of a plan is, or is to be. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/host/domain_owner.h"
#include "provision/plan/plan_check.h"
#include "provision/plan/plan_moved.h"
#include "provision/plan/plan_place.h"
#include "provision/plan/plan_twins.h"

static struct plan_host *host_of(const struct changes *changes,
				 const struct batch_hypervisor *hypervisor)
{
	return &changes->hosts[hypervisor - changes->batch->hypervisors.items];
}

static uint64_t memory_free(const struct host *host)
{
	uint64_t used = 0;

	array_foreach(domain, &host->domains) {
		if (domain->active)
			used += domain->memory_bytes;
	}
	return host->memory_bytes > used ? host->memory_bytes - used : 0;
}

void plan_place_begin(struct changes *changes)
{
	for (size_t i = 0; i < changes->batch->hypervisors.count; i++) {
		struct plan_host *found = &changes->hosts[i];

		found->space = (struct placement_host){
			.name = changes->batch->hypervisors.items[i].name,
			.memory_free_bytes = memory_free(&found->host),
			.disk_free_bytes = found->host.root_pool.free_bytes,
			.machines = found->host.domains.count,
		};
	}
}

/* A machine that runs has its share already. */
static void space_take(struct plan_host *found, const struct change *change)
{
	struct placement_need need = {0};

	if (!change->machine->plan || (change->domain && change->domain->active))
		return;
	need.memory_bytes = change->machine->plan->memory_bytes;
	if (!change->domain)
		need.disk_bytes = change->machine->plan->disk_size_bytes;
	placement_take(&found->space, &need);
	found->space.machines -= change->domain != NULL;
}

static void item_fail(struct change *change, char *reason)
{
	change->action = ACTION_FAIL;
	change->reason = reason;
}

/* How well a section of the batch suits a machine that is on its hypervisor. */
static unsigned int section_rank(const struct change *change,
				 const struct host_domain *domain,
				 const struct plan_host *found)
{
	const struct batch_machine *machine = change->machine;
	unsigned int rank = 0;

	array_foreach(volume, &domain->metadata.volumes) {
		if (!strcmp(volume->pool, found->host.config->root_pool))
			rank = 2;
	}
	for (size_t i = 0; i < machine->hypervisor_count; i++) {
		if (machine->hypervisors[i] == found->host.config)
			return rank + 1;
	}
	return rank;
}

/* Several sections may lead to one hypervisor; then the one that suits best counts. */
static int there_find(struct changes *changes, struct change *change,
		      struct plan_host **there, struct error_list *errors)
{
	unsigned int best = 0;

	for (size_t i = 0; i < changes->batch->hypervisors.count; i++) {
		struct plan_host *found = &changes->hosts[i];
		const struct host_domain *domain = host_domain_find(&found->host,
								    change->name);
		unsigned int rank;

		if (!domain || !changes_takes(changes, domain))
			continue;
		if (*there && !host_is_same(&(*there)->host, &found->host)) {
			if (plan_moved_resolve(change, there, found, domain))
				continue;
			return plan_twins_report(changes, change, errors);
		}
		rank = section_rank(change, domain, found);
		if (*there && rank <= best)
			continue;
		best = rank;
		*there = found;
		change->domain = domain;
	}
	return 0;
}

int plan_place_known(struct changes *changes, struct change *change,
		     struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;
	struct plan_host *found = NULL;

	if (there_find(changes, change, &found, errors) < 0)
		return -1;
	if (!found && machine->hypervisor_count > 1)
		return 0;
	if (!found)
		found = host_of(changes, machine->hypervisors[0]);
	else if (machine->hypervisor_count > 1)
		change->placement = mem_string("is there already");
	change->host = &found->host;
	if (found->host.connection)
		space_take(found, change);
	else
		item_fail(change, mem_string(error_text(&found->unreachable)));
	return 1;
}

/* Why the machine can't be made there, room aside; NULL when it can. */
static char *obstacle_find(const struct change *change, const struct plan_host *found)
{
	const struct batch_machine *machine = change->machine;
	const struct host_domain *other;
	const struct host_image *image;
	CLEANUP(error_free) struct error error = {0};

	if (!found->host.connection)
		return mem_string("can't be reached");
	other = host_domain_find(&found->host, change->name);
	if (other) {
		CLEANUP(free_ptr) char *owner = domain_owner_text(other);

		return mem_format("the name is taken by a domain %s", owner);
	}
	if (!machine->image || !found->host.arch)
		return NULL;
	image = host_image_find(&found->host, machine->image, machine->arch, &error);
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
		if (!host_of(changes, machine->hypervisors[i])->host.connection) {
			item_fail(change, mem_format("fits nowhere: %s", why));
			return 0;
		}
	}
	return batch_machine_error(machine, "hypervisor", errors, "%s fits nowhere: %s",
				   change->name, why);
}

/* Whether one of its hypervisors may have it, which then fails. */
static bool doubt_fails(const struct changes *changes, struct change *change)
{
	const struct batch_machine *machine = change->machine;

	for (size_t i = 0; i < machine->hypervisor_count; i++) {
		const struct plan_host *found = host_of(changes, machine->hypervisors[i]);

		if (!changes_are_doubtful(changes, found))
			continue;
		item_fail(change,
			  mem_format("may be on %s, which can't be reached (%s); "
				     "--assume-lost %s creates it elsewhere",
				     found->space.name, error_text(&found->unreachable),
				     found->space.name));
		return true;
	}
	return false;
}

int plan_place_choose(struct changes *changes, struct change *change,
		      struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;
	size_t count = machine->hypervisor_count, chosen;
	struct placement_option *options = mem_zero(count, sizeof(*options));
	char **obstacles = mem_zero(count, sizeof(*obstacles));
	CLEANUP(free_ptr) char *why = NULL;
	struct placement_need need = {0};
	int status = 0;

	if (doubt_fails(changes, change)) {
		free(obstacles);
		free(options);
		return 0;
	}
	if (machine->plan)
		need = (struct placement_need){machine->plan->memory_bytes,
					       machine->plan->disk_size_bytes};
	for (size_t i = 0; i < count; i++) {
		struct plan_host *found = host_of(changes, machine->hypervisors[i]);

		obstacles[i] = obstacle_find(change, found);
		options[i] = (struct placement_option){&found->space, obstacles[i]};
	}
	if (placement_choose(options, count, &need, &chosen, &why) < 0) {
		status = nowhere(changes, change, why, errors);
	} else {
		struct plan_host *found = host_of(changes, machine->hypervisors[chosen]);

		change->host = &found->host;
		change->placement = TAKE(why);
		space_take(found, change);
	}
	for (size_t i = 0; i < count; i++)
		free(obstacles[i]);
	free(obstacles);
	free(options);
	return status;
}

void plan_place_absent(struct changes *changes, struct change *change)
{
	const struct batch_machine *machine = change->machine;

	for (size_t i = 0; i < machine->hypervisor_count; i++) {
		struct plan_host *found = host_of(changes, machine->hypervisors[i]);

		if (found->host.connection) {
			change->host = &found->host;
			continue;
		}
		change->host = NULL;
		item_fail(change, mem_format("may be on %s: %s", found->space.name,
					     error_text(&found->unreachable)));
		return;
	}
}

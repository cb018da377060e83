/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: what is to be done about each machine of a batch, decided before anything is.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/host_line.h"
#include "common/text.h"
#include "provision/identity.h"
#include "provision/domain_owner.h"
#include "provision/plan.h"
#include "provision/plan_check.h"
#include "provision/plan_place.h"
#include "provision/plan_twins.h"

const char *plan_action_name(enum plan_action action)
{
	static const char *const names[] = {
		[PLAN_CREATE] = "create", [PLAN_RESUME] = "resume",
		[PLAN_CHANGE] = "change", [PLAN_START] = "start",
		[PLAN_KEEP] = "keep",	  [PLAN_UNLISTED] = "unlisted",
		[PLAN_DELETE] = "delete", [PLAN_ABSENT] = "absent",
		[PLAN_ADOPT] = "adopt",	  [PLAN_FAIL] = "fail"};

	return names[action];
}

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

/* Locks the batch there before anything is read that is to be changed later. */
static int host_own(struct plan *plan, struct host *host)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(host->connection);
	CLEANUP(free_ptr)
	char *renew_uri = host_line_uri(uri, virConnectGetType(host->connection));
	CLEANUP(error_free) struct error error = {0};
	const struct owner_lock_job job = {.connection = host->connection,
					   .hypervisor = host->config->name,
					   .batch = plan->batch->name,
					   .renew_uri = renew_uri,
					   .self = plan->owner,
					   .watching = plan->watching,
					   .data = plan->watching_data};

	if (!plan->owner || owner_lock_take(&job, &host->owner, &error) == 0)
		return 0;
	return error_list_take(&plan->held, &error);
}

int plan_survey(const struct batch *batch, unsigned int parts, struct plan *plan,
		struct error_list *errors)
{
	size_t before = errors->count;

	plan->batch = batch;
	plan->hosts = mem_zero(batch->hypervisors.count, sizeof(*plan->hosts));
	for (size_t i = 0; i < batch->hypervisors.count; i++) {
		struct plan_host *found = &plan->hosts[i];
		const struct batch_hypervisor *config = &batch->hypervisors.items[i];

		if (host_open(&found->host, config, &found->unreachable) == 0 &&
		    host_own(plan, &found->host) == 0)
			host_survey(&found->host,
				    host_is_used(plan, config) ? parts : HOST_DOMAINS,
				    errors);
	}
	return errors->count > before ? -1 : 0;
}

void plan_free(struct plan *plan)
{
	if (!plan || !plan->batch)
		return;
	for (size_t i = 0; i < plan->batch->hypervisors.count; i++) {
		host_free(&plan->hosts[i].host);
		error_free(&plan->hosts[i].unreachable);
	}
	array_foreach(item, &plan->items) {
		free(item->placement);
		free(item->hash);
		free(item->reason);
		metadata_free(item->adopted);
		free(item->adopted);
		machine_diff_free(&item->diff);
	}
	error_list_free(&plan->held);
	free(plan->items.items);
	free(plan->hosts);
	*plan = (struct plan){0};
}

bool plan_owns(const struct plan *plan, const struct host_domain *domain)
{
	return domain_owner_find(plan->batch, domain) == OWNER_THIS;
}

bool plan_takes(const struct plan *plan, const struct host_domain *domain)
{
	enum domain_owner owner = domain_owner_find(plan->batch, domain);

	return owner == OWNER_THIS ||
	       (plan->adopts && (owner == OWNER_BATCH || owner == OWNER_VMANGO));
}

bool plan_is_doubtful(const struct plan *plan, const struct plan_host *found)
{
	if (found->host.connection)
		return false;
	for (size_t i = 0; i < plan->lost_count; i++)
		if (!strcmp(plan->lost[i], found->host.config->name))
			return false;
	return true;
}

bool plan_is_protected(const struct plan_item *item)
{
	const struct metadata *metadata = item->domain ? &item->domain->metadata : NULL;

	if (!metadata || metadata->state != METADATA_READY)
		return false;
	return metadata->protect || (item->machine && item->machine->protect);
}

/* Takes over what the domain is known by; its MAC as well when it has one. */
static void domain_take(struct plan_item *item)
{
	memcpy(item->uuid, item->domain->uuid, sizeof(item->uuid));
	if (item->domain->macs.count)
		memcpy(item->mac, item->domain->macs.items[0].mac, MAC_SIZE);
}

/* By whom a domain is that has the machine's name, and what to do about it. */
static int name_taken(const struct plan *plan, const struct plan_item *item,
		      const struct host_domain *other, struct error_list *errors)
{
	CLEANUP(free_ptr) char *owner = domain_owner_text(other);
	CLEANUP(buf_free) struct buf advice = {0};
	const char *path = plan->batch->path;
	enum domain_owner kind = domain_owner_find(plan->batch, other);

	if (kind == OWNER_BATCH && !plan->batch->name_is_said &&
	    !strcmp(other->metadata.batch, plan->batch->name))
		buf_format(&advice,
			   "; if the files are one batch, add \"batch = %s\" before the "
			   "first section",
			   plan->batch->name);
	if (path && (kind == OWNER_BATCH || kind == OWNER_VMANGO)) {
		buf_add_string(&advice,
			       "; to take it into this one: vmango-provision adopt ");
		text_add_shell(&advice, path);
		buf_format(&advice, " %s", item->name);
	}
	if (plan->adopts)
		return batch_machine_error(item->machine, "name", errors,
					   "domain %s on %s is one %s: adopt takes those "
					   "of Vmango and of other batches",
					   item->name, item->host->config->name, owner);
	return batch_machine_error(item->machine, "name", errors,
				   "the name is taken on %s by a domain %s%s",
				   item->host->config->name, owner, buf_text(&advice));
}

/* A domain that has no metadata of ours is as complete as it will ever be. */
static int adopt_choose(struct plan_item *item, struct error_list *errors)
{
	const struct metadata *metadata = &item->domain->metadata;
	CLEANUP(free_ptr) char *owner = NULL;

	domain_take(item);
	item->action = PLAN_ADOPT;
	if (!metadata->has_tools || metadata->state == METADATA_READY)
		return 0;
	owner = domain_owner_text(item->domain);
	return batch_machine_error(item->machine, "name", errors,
				   "a run on the machine %s was interrupted, or is at "
				   "work; let its own batch finish it",
				   owner);
}

/* Decides by what is there under the machine's name. */
static int action_choose(const struct plan *plan, struct plan_item *item,
			 struct error_list *errors)
{
	const struct host_domain *other;
	const char *where = item->host->config->name;

	if (item->domain && !plan_owns(plan, item->domain))
		return adopt_choose(item, errors);
	if (item->domain && item->domain->metadata.state != METADATA_READY) {
		item->action = PLAN_RESUME;
		return 0;
	}
	if (item->domain) {
		domain_take(item);
		item->action = item->domain->active ? PLAN_KEEP : PLAN_START;
		return 0;
	}
	item->action = PLAN_CREATE;
	other = host_domain_find(item->host, item->name);
	if (other)
		return name_taken(plan, item, other, errors);
	if (plan->adopts)
		return batch_machine_error(item->machine, "name", errors,
					   "no domain %s is on its hypervisors",
					   item->name);
	other = host_domain_by_uuid(item->host, item->uuid);
	if (!other)
		return 0;
	return batch_machine_error(item->machine, "name", errors,
				   "domain %s on %s has the UUID of machine %s",
				   other->name, where, item->name);
}

static void item_make(struct plan *plan, struct plan_item *item,
		      struct error_list *errors)
{
	if (action_choose(plan, item, errors) < 0)
		return;
	if (item->action == PLAN_CREATE || item->action == PLAN_RESUME)
		plan_check_new(plan, item, errors);
	else
		plan_check_there(item, errors);
}

static struct plan_item *item_add(struct plan *plan, const char *name)
{
	struct plan_item *item = &plan->items.items[plan->items.count++];
	const char *path = plan->batch->path;
	uuid_t uuid;

	item->name = name;
	item->batch = plan->batch->name;
	item->creator = plan->creator;
	item->token = plan->owner ? plan->owner->token : NULL;
	if (path && strlen(path) <= METADATA_FILE_MAX &&
	    metadata_can_hold(path, strlen(path)))
		item->batch_file = path;
	identity_uuid(item->batch, name, uuid, item->uuid);
	identity_mac(uuid, 0, item->mac);
	return item;
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
			item_add(plan, machine->name)->machine = machine;
	}
}

/* Whether an earlier section of the batch leads to the same hypervisor. */
static bool is_seen(const struct plan *plan, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (host_is_same(&plan->hosts[i].host, &plan->hosts[index].host))
			return true;
	}
	return false;
}

/* A machine that is on two hypervisors is not deleted, as they may share its disk. */
static void unlisted_put(struct plan *plan, struct host *host,
			 const struct host_domain *domain, struct error_list *errors)
{
	struct plan_item *other = NULL, *item;

	array_foreach(known, &plan->items) {
		if (!known->machine && !strcmp(known->uuid, domain->uuid))
			other = known;
	}
	if (other && plan->prune)
		plan_twins_report(plan, other, errors);
	item = item_add(plan, domain->name);
	item->host = host;
	item->domain = domain;
	domain_take(item);
	item->action = plan->prune ? PLAN_DELETE : PLAN_UNLISTED;
	if (!plan_is_protected(item))
		return;
	item->action = PLAN_UNLISTED;
	item->reason = mem_string("is protected");
}

static int by_name(const void *one, const void *other)
{
	return strverscmp(((const struct plan_item *)one)->name,
			  ((const struct plan_item *)other)->name);
}

static void unlisted_add(struct plan *plan, struct error_list *errors)
{
	for (size_t i = 0; i < plan->batch->hypervisors.count; i++) {
		struct host *host = &plan->hosts[i].host;
		size_t first = plan->items.count;

		if (is_seen(plan, i))
			continue;
		array_foreach(domain, &host->domains) {
			if (plan_owns(plan, domain) &&
			    !batch_machine_find(plan->batch, domain->name) &&
			    plan_filter_takes(plan->filter, domain->name))
				unlisted_put(plan, host, domain, errors);
		}
		qsort(&plan->items.items[first], plan->items.count - first,
		      sizeof(*plan->items.items), by_name);
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
		action_choose(plan, item, errors);
		if (item->domain)
			domain_take(item);
	}
	if (plan->unlisted)
		unlisted_add(plan, errors);
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
		unlisted_add(plan, errors);
	return errors->count > before ? -1 : 0;
}

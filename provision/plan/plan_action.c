/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be done about a machine, by what has its name. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "provision/host/domain_owner.h"
#include "provision/plan/plan_action.h"
#include "provision/plan/plan_item.h"

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
	if (domain_owner_is_dropped(plan->batch, other)) {
		buf_add_string(&advice, ", with the UUID of this machine");
		kind = OWNER_VMANGO;
	}
	if (path && (kind == OWNER_BATCH || kind == OWNER_VMANGO)) {
		buf_add_string(&advice,
			       "; to take it into this batch: vmango-provision adopt ");
		text_add_shell(&advice, path);
		buf_format(&advice, " %s", item->name);
	}
	if (plan->adopts)
		return batch_machine_error(
			item->machine, "name", errors,
			"domain %s on %s is %s: adopt takes only those "
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

	plan_item_take(item);
	item->action = PLAN_ADOPT;
	if (!metadata->has_tools || metadata->state == METADATA_READY)
		return 0;
	owner = domain_owner_text(item->domain);
	return batch_machine_error(item->machine, "name", errors,
				   "a run on the machine %s was interrupted, or is at "
				   "work; let its own batch finish it",
				   owner);
}

int plan_action_choose(const struct plan *plan, struct plan_item *item,
		       struct error_list *errors)
{
	const struct host_domain *other;
	const char *where = item->host->config->name;

	if (item->domain && !plan_owns(plan, item->domain))
		return adopt_choose(item, errors);
	if (item->domain && item->domain->metadata.state != METADATA_READY) {
		item->action = PLAN_RESUME;
		item->reason = mem_string(
			item->domain->metadata.state == METADATA_REMOVING
				? "a run that deleted it was interrupted: the rest is "
				  "deleted, then it is created anew"
				: "a run that created it was interrupted: what it made "
				  "is deleted, then it is created anew");
		return 0;
	}
	if (item->domain) {
		plan_item_take(item);
		item->action = item->domain->active ? PLAN_KEEP : PLAN_START;
		return 0;
	}
	item->action = PLAN_CREATE;
	other = host_domain_find(item->host, item->name);
	if (other)
		return name_taken(plan, item, other, errors);
	if (plan->adopts)
		return batch_machine_error(item->machine, "name", errors,
					   "no domain %s exists on its hypervisors",
					   item->name);
	other = host_domain_by_uuid(item->host, item->uuid);
	if (!other)
		return 0;
	return batch_machine_error(item->machine, "name", errors,
				   "domain %s on %s has the UUID of machine %s",
				   other->name, where, item->name);
}

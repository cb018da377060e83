/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One machine of a plan: its item, and what its domain is known by. */
#define _GNU_SOURCE
#include <string.h>

#include "provision/host/domain_owner.h"
#include "provision/plan/identity.h"
#include "provision/plan/plan_item.h"

const char *plan_action_name(enum plan_action action)
{
	static const char *const names[] = {
		[PLAN_CREATE] = "create",     [PLAN_RESUME] = "resume",
		[PLAN_CHANGE] = "change",     [PLAN_START] = "start",
		[PLAN_KEEP] = "keep",	      [PLAN_CLEAN] = "clean",
		[PLAN_UNLISTED] = "unlisted", [PLAN_DELETE] = "delete",
		[PLAN_ABSENT] = "absent",     [PLAN_ADOPT] = "adopt",
		[PLAN_FAIL] = "fail"};

	return names[action];
}

bool plan_owns(const struct plan *plan, const struct host_domain *domain)
{
	return domain_owner_find(plan->batch, domain) == OWNER_THIS;
}

bool plan_takes(const struct plan *plan, const struct host_domain *domain)
{
	enum domain_owner owner = domain_owner_find(plan->batch, domain);

	return owner == OWNER_THIS ||
	       (plan->adopts && (owner == OWNER_BATCH || owner == OWNER_VMANGO ||
				 domain_owner_is_dropped(plan->batch, domain)));
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

struct plan_item *plan_item_add(struct plan *plan, const char *name)
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

void plan_item_take(struct plan_item *item)
{
	memcpy(item->uuid, item->domain->uuid, sizeof(item->uuid));
	if (item->domain->macs.count)
		memcpy(item->mac, item->domain->macs.items[0].mac, MAC_SIZE);
}

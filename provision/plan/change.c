/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One machine of a plan: its change, and what its domain is known by. */
#define _GNU_SOURCE
#include <string.h>

#include "provision/host/domain_owner.h"
#include "provision/plan/identity.h"
#include "provision/plan/change.h"

const char *change_action_name(enum change_action action)
{
	static const char *const names[] = {
		[ACTION_CREATE] = "create",	[ACTION_RESUME] = "resume",
		[ACTION_CHANGE] = "change",	[ACTION_START] = "start",
		[ACTION_KEEP] = "keep",		[ACTION_CLEAN] = "clean",
		[ACTION_UNLISTED] = "unlisted", [ACTION_DELETE] = "delete",
		[ACTION_ABSENT] = "absent",	[ACTION_ADOPT] = "adopt",
		[ACTION_FAIL] = "fail"};

	return names[action];
}

bool changes_owns(const struct changes *changes, const struct host_domain *domain)
{
	return domain_owner_find(changes->batch, domain) == OWNER_THIS;
}

bool changes_takes(const struct changes *changes, const struct host_domain *domain)
{
	enum domain_owner owner = domain_owner_find(changes->batch, domain);

	return owner == OWNER_THIS ||
	       (changes->adopts && (owner == OWNER_BATCH || owner == OWNER_VMANGO ||
				    domain_owner_is_dropped(changes->batch, domain)));
}

bool changes_are_doubtful(const struct changes *changes, const struct plan_host *found)
{
	if (found->host.connection)
		return false;
	for (size_t i = 0; i < changes->lost_count; i++)
		if (!strcmp(changes->lost[i], found->host.config->name))
			return false;
	return true;
}

bool change_is_protected(const struct change *change)
{
	const struct metadata *metadata = change->domain ? &change->domain->metadata
							 : NULL;

	if (!metadata || metadata->state != METADATA_READY)
		return false;
	return metadata->protect || (change->machine && change->machine->protect);
}

struct change *change_add(struct changes *changes, const char *name)
{
	struct change *change = &changes->list.items[changes->list.count++];
	const char *path = changes->batch->path;
	uuid_t uuid;

	change->name = name;
	change->batch = changes->batch->name;
	change->creator = changes->creator;
	change->token = changes->owner ? changes->owner->token : NULL;
	if (path && strlen(path) <= METADATA_FILE_MAX &&
	    metadata_can_hold(path, strlen(path)))
		change->batch_file = path;
	identity_uuid(change->batch, name, uuid, change->uuid);
	identity_mac(uuid, 0, change->mac);
	return change;
}

void change_take_domain(struct change *change)
{
	memcpy(change->uuid, change->domain->uuid, sizeof(change->uuid));
	if (change->domain->macs.count)
		memcpy(change->mac, change->domain->macs.items[0].mac, MAC_SIZE);
}

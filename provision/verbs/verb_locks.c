/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other runs that are at work on the batch, for verbs that only look. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/verbs/verb_locks.h"

static void lock_warn(const struct cli *cli, const struct host *host,
		      const struct owner_lock_seen *seen, const char *owner)
{
	if (seen->life == OWNER_IS_ALIVE)
		cli_warn(cli,
			 "batch \"%s\" is in use on %s by %s; it may change meanwhile",
			 seen->batch, host->config->name, owner);
	else if (seen->life == OWNER_IS_UNKNOWN)
		cli_warn(cli,
			 "batch \"%s\" is locked on %s by %s; the next run finds out "
			 "whether that has ended",
			 seen->batch, host->config->name, owner);
}

/* The planner takes each incomplete machine for one whose run was interrupted. */
static void reasons_set(struct verb *verb, const struct host *host,
			const struct owner_lock_seen *seen, const char *owner)
{
	const char *may = seen->life == OWNER_IS_UNKNOWN ? "may still be" : "is being";

	if (seen->life == OWNER_HAS_ENDED)
		return;
	array_foreach(change, &verb->changes.list) {
		const struct metadata *metadata;

		if (change->action != ACTION_RESUME ||
		    !facts_are_same(change->facts, &host->facts))
			continue;
		metadata = &change->domain->metadata;
		if (!text_equal(metadata_worker(metadata), seen->uuid))
			continue;
		free(change->reason);
		change->reason = mem_format(
			"%s %s by %s", may,
			metadata_is_removed(metadata) ? "deleted" : "created", owner);
	}
}

static void host_show(struct verb *verb, const struct host *host)
{
	if (host->locks_error.message)
		cli_warn(verb->cli, "%s: %s", host->config->name,
			 host->locks_error.message);
	array_foreach(seen, &host->locks.items) {
		CLEANUP(free_ptr) char *owner = owner_lock_owner_text(&seen->owner);

		lock_warn(verb->cli, host, seen, owner);
		reasons_set(verb, host, seen, owner);
	}
}

void verb_locks_show(struct verb *verb)
{
	for (size_t i = 0; i < verb->hosts.count; i++)
		if (verb->hosts.list[i].facts.is_reached)
			host_show(verb, &verb->hosts.list[i]);
}

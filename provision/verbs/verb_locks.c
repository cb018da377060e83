/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other runs that are at work on the batch, for verbs that only look. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "provision/verbs/verb_locks.h"

static void lock_tell(const struct cli *cli, const struct host *host,
		      const struct owner_lock_seen *seen)
{
	CLEANUP(free_ptr) char *owner = owner_lock_owner_text(&seen->owner);

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

static void host_look(const struct cli *cli, const struct host *host, const char *batch,
		      const struct owner *self)
{
	CLEANUP(owner_lock_list_free) struct owner_lock_list locks = {0};
	CLEANUP(error_free) struct error error = {0};

	if (owner_lock_find(host->connection, batch, self, &locks, &error) < 0)
		cli_warn(cli, "%s: %s", host->config->name, error_text(&error));
	array_foreach(seen, &locks.items)
		lock_tell(cli, host, seen);
}

void verb_locks_tell(const struct verb *verb)
{
	CLEANUP(owner_free) struct owner self = {0};

	if (!verb->batch.name)
		return;
	owner_self(verb->cli->verb->name, verb->user, "", &self);
	for (size_t i = 0; i < verb->hosts.count; i++) {
		const struct host *host = &verb->hosts.list[i];

		if (host->connection)
			host_look(verb->cli, host, verb->batch.name, &self);
	}
}

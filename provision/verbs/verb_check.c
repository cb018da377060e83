/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking a verb's options against its batch. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/verbs/verb_check.h"

/* Machines that the file does not have may only be deleted if the file names its batch.
 */
static void prune_check(struct verb *verb)
{
	const struct batch *batch = &verb->batch;

	if (verb->input.prune && batch->name && !batch->name_is_said)
		error_list_add(&verb->errors,
			       "%s: batch is missing: machines of another file of that "
			       "name would be deleted too; add \"batch = %s\" "
			       "before the first section",
			       verb->cli->operands[0], batch->name);
}

static void lost_check(struct verb *verb)
{
	const struct batch *batch = &verb->batch;
	CLEANUP(free_ptr)
	const char **names = mem_zero(batch->hypervisors.count, sizeof(*names));
	size_t count = 0;

	array_foreach(hypervisor, &batch->hypervisors)
		names[count++] = hypervisor->name;
	array_foreach(lost, &verb->lost) {
		CLEANUP(free_ptr) char *meant = text_meant(*lost, names, count);
		bool found = false;

		for (size_t i = 0; i < count; i++)
			found = found || !strcmp(names[i], *lost);
		if (!found)
			error_list_add(&verb->errors,
				       "--assume-lost: no hypervisor \"%s\"%s", *lost,
				       meant);
	}
}

void verb_check_filter(struct verb *verb)
{
	CLEANUP(free_ptr)
	const char **unlisted = mem_zero(verb->changes.list.count, sizeof(*unlisted));
	size_t count = 0;

	verb->input.filter.machines = verb->machines.items;
	verb->input.filter.machine_count = verb->machines.count;
	array_foreach(change, &verb->changes.list) {
		if (!change->machine)
			unlisted[count++] = change->name;
	}
	plan_filter_check(&verb->input.filter, &verb->batch, unlisted, count,
			  &verb->errors);
}

void verb_check_options(struct verb *verb)
{
	prune_check(verb);
	lost_check(verb);
}

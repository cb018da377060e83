/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking a verb's options against its batch. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/plan/domain_owner.h"
#include "provision/verbs/verb_check.h"
#include "provision/verbs/verb_command.h"

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

/* Whether the hypervisor has a machine of the batch with that name. */
static bool has_machine(const struct verb *verb, const struct facts *facts,
			const char *name)
{
	const struct facts_domain *domain = facts_domain_find(facts, name);

	return domain && domain_owner_find(&verb->batch, domain) == OWNER_THIS;
}

/* Reports a selected machine that is the batch's, but no longer in the file, where only
 * machines of the file can be selected. Whether it is one. */
static bool unlisted_report(struct verb *verb, const char *name)
{
	CLEANUP(free_ptr)
	char *command = verb_command(verb->cli, "destroy --all", &name, 1);

	for (size_t i = 0; i < verb->batch.hypervisors.count; i++) {
		const struct facts *facts = verb->input.facts[i];

		if (!has_machine(verb, facts, name))
			continue;
		error_list_add(
			&verb->errors,
			"machine \"%s\" of batch \"%s\" is on %s, but no longer in "
			"the file; to delete it: %s",
			name, verb->batch.name, facts->config->name,
			command ? command : "destroy --all, or apply --prune");
		return true;
	}
	return false;
}

void verb_check_filter(struct verb *verb)
{
	CLEANUP(free_ptr)
	const char **unlisted = mem_zero(verb->changes.list.count + verb->machines.count,
					 sizeof(*unlisted));
	size_t count = 0, before = verb->errors.count;

	array_foreach(change, &verb->changes.list) {
		if (!change->machine)
			unlisted[count++] = change->name;
	}
	array_foreach(name, &verb->machines) {
		if (!verb->input.prune && verb->batch.name &&
		    !batch_machine_find(&verb->batch, *name) &&
		    unlisted_report(verb, *name))
			unlisted[count++] = *name;
	}
	verb->misselects = verb->errors.count > before;
	if (plan_filter_check(&verb->input.filter, &verb->batch, unlisted, count,
			      &verb->errors) < 0)
		verb->misselects = true;
}

void verb_check_options(struct verb *verb)
{
	prune_check(verb);
	lost_check(verb);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be done about a machine, by what has its name. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "provision/plan/domain_owner.h"
#include "provision/plan/plan_action.h"

/* Whether a batch of the same name owns the domain, as the name is only that of its file.
 */
static bool is_of_another_file(const struct batch *batch,
			       const struct facts_domain *domain)
{
	return !batch->name_is_said && !strcmp(domain->metadata.batch, batch->name) &&
	       !text_equal(domain->metadata.batch_file, batch->path);
}

/* Reports the owner of the domain that has the machine's name, and how to resolve it. */
static int name_taken(const struct changes *changes, const struct change *change,
		      const struct facts_domain *other, struct error_list *errors)
{
	CLEANUP(free_ptr) char *owner = domain_owner_text(other);
	CLEANUP(buf_free) struct buf advice = {0};
	const char *path = changes->input.batch->path;
	enum domain_owner kind = domain_owner_find(changes->input.batch, other);

	if (kind == OWNER_BATCH && is_of_another_file(changes->input.batch, other))
		buf_format(&advice,
			   "; if the files are one batch, add \"batch = %s\" before the "
			   "first section",
			   changes->input.batch->name);
	if (domain_owner_is_dropped(changes->input.batch, other)) {
		buf_add_string(&advice, ", with the UUID of this machine");
		kind = OWNER_VMANGO;
	}
	if (path && (kind == OWNER_BATCH || kind == OWNER_VMANGO)) {
		buf_add_string(&advice,
			       "; to take it into this batch: vmango-provision adopt ");
		text_add_shell(&advice, path);
		buf_format(&advice, " %s", change->name);
	}
	if (changes->input.adopts)
		return batch_machine_error(
			change->machine, "name", errors,
			"the name is taken on %s by a domain %s; adopt only takes domains "
			"of Vmango and of other batches",
			change->facts->config->name, owner);
	return batch_machine_error(change->machine, "name", errors,
				   "the name is taken on %s by a domain %s%s",
				   change->facts->config->name, owner, buf_text(&advice));
}

/* A domain without our metadata has no state, and counts as complete. */
static int adopt_choose(struct change *change, struct error_list *errors)
{
	const struct metadata *metadata = &change->domain->metadata;
	CLEANUP(free_ptr) char *owner = NULL;

	change_take_domain(change);
	change->action = ACTION_ADOPT;
	if (!metadata->has_tools || metadata->state == METADATA_READY)
		return 0;
	owner = domain_owner_text(change->domain);
	return batch_machine_error(
		change->machine, "name", errors,
		"a run on the machine %s was interrupted, or is in progress; let its own "
		"batch finish it",
		owner);
}

int plan_action_choose(const struct changes *changes, struct change *change,
		       struct error_list *errors)
{
	const struct facts_domain *other;
	const char *where = change->facts->config->name;

	if (change->domain && !changes_own(changes, change->domain))
		return adopt_choose(change, errors);
	if (change->domain && change->domain->metadata.state != METADATA_READY) {
		change->action = ACTION_RESUME;
		change->reason = mem_string(
			change->domain->metadata.state == METADATA_REMOVING
				? "a run that deleted it was interrupted: the rest is "
				  "deleted, then it is recreated"
				: "a run that created it was interrupted: it is rolled "
				  "back, then recreated");
		return 0;
	}
	if (change->domain) {
		change_take_domain(change);
		change->action = change->domain->active ? ACTION_KEEP : ACTION_START;
		return 0;
	}
	change->action = ACTION_CREATE;
	other = facts_domain_find(change->facts, change->name);
	if (other)
		return name_taken(changes, change, other, errors);
	if (changes->input.adopts)
		return batch_machine_error(change->machine, "name", errors,
					   "domain %s does not exist on its hypervisors",
					   change->name);
	other = facts_domain_by_uuid(change->facts, change->uuid);
	if (!other)
		return 0;
	return batch_machine_error(change->machine, "name", errors,
				   "domain %s on %s has the UUID of machine %s",
				   other->name, where, change->name);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be done about a machine, by what has its name. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/virsh.h"
#include "provision/plan/domain_owner.h"
#include "provision/plan/plan_action.h"

/* What to say in the file if the domain is of this batch after all. */
static void batch_advise(const struct batch *batch, const struct facts_domain *domain,
			 struct buf *advice)
{
	const char *name = domain->metadata.batch;

	if (batch->name_is_said || domain_owner_is_copy(domain))
		return;
	buf_format(advice, "; if %s, ",
		   strcmp(name, batch->name) ? "this is the file of that batch, renamed"
					     : "the files are one batch");
	buf_format(advice, "add \"batch = %s\" before the first section", name);
}

/* Reports the owner of the domain that has the machine's name, and how to resolve it. */
static int name_taken(const struct changes *changes, const struct change *change,
		      const struct facts_domain *other, struct error_list *errors)
{
	CLEANUP(free_ptr) char *owner = domain_owner_text(other);
	CLEANUP(buf_free) struct buf advice = {0};
	const char *operands = changes->input.operands;
	enum domain_owner kind = domain_owner_find(changes->input.batch, other);

	if (kind == OWNER_BATCH)
		batch_advise(changes->input.batch, other, &advice);
	if (domain_owner_is_dropped(changes->input.batch, other)) {
		buf_add_string(&advice, ", with the UUID of this machine");
		kind = OWNER_VMANGO;
	}
	if (kind == OWNER_UNKNOWN) {
		buf_add_string(&advice, "; to look at them: ");
		virsh_add(&advice, facts_command_uri(change->facts), "dumpxml",
			  "--inactive", change->name, NULL);
	}
	if (operands && (kind == OWNER_BATCH || kind == OWNER_VMANGO)) {
		buf_format(&advice,
			   "; to take it into this batch: vmango-provision adopt %s ",
			   operands);
		text_add_shell(&advice, change->name);
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

/* A domain that was renamed keeps its UUID, and the machine's volumes. */
static int uuid_taken(const struct change *change, const struct facts_domain *other,
		      struct error_list *errors)
{
	const char *uri = facts_command_uri(change->facts);
	CLEANUP(buf_free) struct buf advice = {0};

	if (other->metadata.has_tools &&
	    text_equal(other->metadata.batch, change->batch)) {
		buf_add_string(&advice, "; if it is the machine, renamed: ");
		if (other->active) {
			virsh_add(&advice, uri, "shutdown", other->name, NULL);
			buf_add_string(&advice, ", then ");
		}
		virsh_add(&advice, uri, "domrename", other->name, change->name, NULL);
	}
	return batch_machine_error(change->machine, "name", errors,
				   "domain %s on %s has the UUID of machine %s%s",
				   other->name, change->facts->config->name, change->name,
				   buf_text(&advice));
}

int plan_action_choose(const struct changes *changes, struct change *change,
		       struct error_list *errors)
{
	const struct facts_domain *other;

	if (change->domain && !changes_own(changes, change->domain))
		return adopt_choose(change, errors);
	if (change->domain && change->domain->metadata.state != METADATA_READY) {
		change->action = ACTION_RESUME;
		change->reason = mem_string(
			change_is_taken_back(change)
				? "a run that deleted it was interrupted before it "
				  "stopped the guest: it is kept"
			: metadata_is_removed(&change->domain->metadata)
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
	return other ? uuid_taken(change, other, errors) : 0;
}

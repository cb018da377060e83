/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that was migrated, its leftovers on the former hypervisor, and copies. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/virsh.h"
#include "provision/plan/plan_moved.h"

static bool is_complete(const struct facts_domain *domain)
{
	return domain->metadata.state == METADATA_READY && domain->is_settled;
}

/* A migration copies the metadata, so both have the token of the run that created the
 * machine. A machine that was created twice, while a hypervisor could not be reached, has
 * two tokens. Version 0.1 wrote none; then only a removal that has begun shows it.
 */
static bool is_one_machine(const struct facts_domain *there,
			   const struct facts_domain *here)
{
	const char *one = there->metadata.token, *other = here->metadata.token;

	if (!there->is_idle || there->metadata.state == METADATA_CREATING)
		return false;
	if (!one && !other)
		return there->metadata.state == METADATA_REMOVING;
	return text_equal(one, other);
}

static bool is_leftover(const struct facts_domain *domain)
{
	return domain->was_migrated || domain->metadata.state == METADATA_REMOVING;
}

static void leftover_add(struct change *change, const struct facts *facts,
			 const struct facts_domain *domain)
{
	struct change_leftover *leftover = is_leftover(domain)
						   ? array_add(&change->leftovers)
						   : array_add(&change->copies);

	*leftover = (struct change_leftover){.facts = facts, .domain = domain};
}

/* Several sections of the batch can be one hypervisor. */
static bool is_listed(const struct change *change, const struct facts *facts)
{
	array_foreach(leftover, &change->leftovers) {
		if (facts_are_same(leftover->facts, facts))
			return true;
	}
	array_foreach(copy, &change->copies) {
		if (facts_are_same(copy->facts, facts))
			return true;
	}
	return false;
}

bool plan_moved_resolve(struct change *change, const struct facts **found,
			const struct facts *facts, const struct facts_domain *domain)
{
	if (is_listed(change, facts))
		return true;
	if (is_complete(change->domain) && is_one_machine(domain, change->domain)) {
		leftover_add(change, facts, domain);
		return true;
	}
	if (!is_complete(domain) || !is_one_machine(change->domain, domain))
		return false;
	leftover_add(change, *found, change->domain);
	*found = facts;
	change->domain = domain;
	return true;
}

static void leftover_describe(struct buf *text, const struct change_leftover *leftover)
{
	const struct facts *facts = leftover->facts;
	const struct metadata *metadata = &leftover->domain->metadata;
	char address[INET_ADDRSTRLEN];

	buf_format(text, "definition");
	array_foreach(volume, &metadata->volumes) {
		if (!facts_volume_is_missing(facts, volume))
			buf_format(text, ", volume %s/%s", volume->pool, volume->name);
	}
	if (metadata->reservation.network && !metadata->reservation.by_script &&
	    !facts_reservation_is_missing(facts, &metadata->reservation))
		buf_format(text, ", reservation %s",
			   inet_ntop(AF_INET, &metadata->reservation.ip, address,
				     sizeof(address)));
}

char *plan_moved_text(const struct change *change)
{
	struct buf text = {0};

	array_foreach(leftover, &change->leftovers) {
		buf_format(&text, "%sleft on %s: ", text.size ? "; " : "",
			   leftover->facts->config->name);
		leftover_describe(&text, leftover);
	}
	return text.size ? buf_take(&text) : NULL;
}

char *plan_copies_text(const struct change *change)
{
	struct buf text = {0};

	array_foreach(copy, &change->copies) {
		CLEANUP(free_ptr)
		char *command = virsh_text(facts_command_uri(copy->facts), "undefine",
					   VIRSH_UNDEFINE, change->name, NULL);

		buf_format(&text, "%sa copy on %s stays (", text.size ? "; " : "",
			   copy->facts->config->name);
		leftover_describe(&text, copy);
		buf_format(&text,
			   "), since it is not known whether a migration has left it; "
			   "to remove its definition: %s",
			   command);
	}
	return text.size ? buf_take(&text) : NULL;
}

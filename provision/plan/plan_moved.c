/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that was migrated, and its leftovers on the former hypervisor. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/buf.h"
#include "provision/plan/plan_moved.h"

static bool is_complete(const struct facts_domain *domain)
{
	return domain->metadata.state == METADATA_READY && domain->is_settled;
}

static bool is_leftover(const struct facts_domain *domain)
{
	return domain->metadata.state != METADATA_CREATING && domain->is_idle;
}

/* A migration copies the metadata, so both have the token of the run that created the
 * machine. A machine that was created twice, while a hypervisor could not be reached, has
 * two tokens.
 */
static bool is_one_machine(const struct metadata *one, const struct metadata *other)
{
	return one->token && other->token && !strcmp(one->token, other->token);
}

static void leftover_add(struct change *change, const struct facts *facts,
			 const struct facts_domain *domain)
{
	*array_add(&change->leftovers) = (struct change_leftover){.facts = facts,
								  .domain = domain};
}

bool plan_moved_resolve(struct change *change, const struct facts **found,
			const struct facts *facts, const struct facts_domain *domain)
{
	/* Several sections of the batch can be one hypervisor. */
	array_foreach(leftover, &change->leftovers) {
		if (facts_are_same(leftover->facts, facts))
			return true;
	}
	if (!is_one_machine(&change->domain->metadata, &domain->metadata))
		return false;
	if (is_complete(change->domain) && is_leftover(domain)) {
		leftover_add(change, facts, domain);
		return true;
	}
	if (!is_complete(domain) || !is_leftover(change->domain))
		return false;
	leftover_add(change, *found, change->domain);
	*found = facts;
	change->domain = domain;
	return true;
}

static void leftover_describe(struct buf *text, const struct change_leftover *leftover)
{
	const struct metadata *metadata = &leftover->domain->metadata;
	char address[INET_ADDRSTRLEN];

	buf_format(text, "%sleft on %s: definition", text->size ? "; " : "",
		   leftover->facts->config->name);
	array_foreach(volume, &metadata->volumes)
		buf_format(text, ", volume %s/%s", volume->pool, volume->name);
	if (metadata->reservation.network && !metadata->reservation.by_script)
		buf_format(text, ", reservation %s",
			   inet_ntop(AF_INET, &metadata->reservation.ip, address,
				     sizeof(address)));
}

char *plan_moved_text(const struct change *change)
{
	struct buf text = {0};

	array_foreach(leftover, &change->leftovers)
		leftover_describe(&text, leftover);
	return text.size ? buf_take(&text) : NULL;
}

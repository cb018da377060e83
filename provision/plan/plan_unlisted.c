/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines of the batch that the file no longer has. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "provision/plan/plan_twins.h"
#include "provision/plan/plan_place.h"
#include "provision/plan/plan_unlisted.h"

/* Whether an earlier section of the batch is the same hypervisor. */
static bool is_seen(const struct changes *changes, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (facts_are_same(changes->input.facts[i], changes->input.facts[index]))
			return true;
	}
	return false;
}

/* A machine on two hypervisors is not deleted, as they may share its disk. */
static void unlisted_put(struct changes *changes, const struct facts *facts,
			 const struct facts_domain *domain, struct error_list *errors)
{
	struct change *other = NULL, *change;

	array_foreach(known, &changes->list) {
		if (!known->machine && !strcmp(known->uuid, domain->uuid))
			other = known;
	}
	if (other && changes->input.prune)
		plan_twins_report(changes, other, errors);
	change = change_add(changes, domain->name);
	change_place(changes, change, facts);
	change->domain = domain;
	change_take_domain(change);
	change->action = changes->input.prune ? ACTION_DELETE : ACTION_UNLISTED;
	if (change_is_protected(change)) {
		change->action = ACTION_UNLISTED;
		change->reason = mem_string("is protected");
	} else if (changes->input.prune) {
		plan_place_deletion_fails(changes, change);
	}
}

static int by_name(const void *one, const void *other)
{
	return strverscmp(((const struct change *)one)->name,
			  ((const struct change *)other)->name);
}

void plan_unlisted_add(struct changes *changes, struct error_list *errors)
{
	for (size_t i = 0; i < changes->input.batch->hypervisors.count; i++) {
		const struct facts *facts = changes->input.facts[i];
		size_t first = changes->list.count;

		if (is_seen(changes, i))
			continue;
		array_foreach(domain, &facts->domains) {
			if (changes_own(changes, domain) &&
			    !batch_machine_find(changes->input.batch, domain->name) &&
			    plan_filter_takes(&changes->input.filter, domain->name))
				unlisted_put(changes, facts, domain, errors);
		}
		qsort(&changes->list.items[first], changes->list.count - first,
		      sizeof(*changes->list.items), by_name);
	}
}

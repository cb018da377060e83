/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines of the batch that the file no longer has. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "provision/plan/plan_item.h"
#include "provision/plan/plan_twins.h"
#include "provision/plan/plan_unlisted.h"

/* Whether an earlier section of the batch leads to the same hypervisor. */
static bool is_seen(const struct plan *plan, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (host_is_same(&plan->hosts[i].host, &plan->hosts[index].host))
			return true;
	}
	return false;
}

/* A machine that is on two hypervisors is not deleted, as they may share its disk. */
static void unlisted_put(struct plan *plan, struct host *host,
			 const struct host_domain *domain, struct error_list *errors)
{
	struct plan_item *other = NULL, *item;

	array_foreach(known, &plan->items) {
		if (!known->machine && !strcmp(known->uuid, domain->uuid))
			other = known;
	}
	if (other && plan->prune)
		plan_twins_report(plan, other, errors);
	item = plan_item_add(plan, domain->name);
	item->host = host;
	item->domain = domain;
	plan_item_take(item);
	item->action = plan->prune ? PLAN_DELETE : PLAN_UNLISTED;
	if (!plan_is_protected(item))
		return;
	item->action = PLAN_UNLISTED;
	item->reason = mem_string("is protected");
}

static int by_name(const void *one, const void *other)
{
	return strverscmp(((const struct plan_item *)one)->name,
			  ((const struct plan_item *)other)->name);
}

void plan_unlisted_add(struct plan *plan, struct error_list *errors)
{
	for (size_t i = 0; i < plan->batch->hypervisors.count; i++) {
		struct host *host = &plan->hosts[i].host;
		size_t first = plan->items.count;

		if (is_seen(plan, i))
			continue;
		array_foreach(domain, &host->domains) {
			if (plan_owns(plan, domain) &&
			    !batch_machine_find(plan->batch, domain->name) &&
			    plan_filter_takes(plan->filter, domain->name))
				unlisted_put(plan, host, domain, errors);
		}
		qsort(&plan->items.items[first], plan->items.count - first,
		      sizeof(*plan->items.items), by_name);
	}
}

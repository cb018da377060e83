/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machines of a batch are meant. */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "provision/plan_filter.h"

bool plan_filter_takes(const struct plan_filter *filter, const char *name)
{
	bool named = !filter || !filter->machine_count;

	if (!filter)
		return true;
	for (size_t i = 0; i < filter->machine_count; i++)
		if (!strcmp(filter->machines[i], name))
			named = true;
	return named && (!filter->only || fnmatch(filter->only, name, 0) == 0);
}

int plan_filter_check(const struct plan_filter *filter, const struct batch *batch,
		      struct error_list *errors)
{
	CLEANUP(free_ptr)
	const char **names = mem_zero(batch->machines.count, sizeof(*names));
	size_t count = 0, before = errors->count;
	bool any = false;

	array_foreach(machine, &batch->machines) {
		names[count++] = machine->name;
		any = any || plan_filter_takes(filter, machine->name);
	}
	for (size_t i = 0; i < filter->machine_count; i++) {
		const char *name = filter->machines[i], *nearest;

		if (batch_machine_find(batch, name))
			continue;
		nearest = text_nearest(name, names, count);
		error_list_add(errors, "no machine \"%s\" in the batch%s%s%s", name,
			       nearest ? "; is \"" : "", nearest ? nearest : "",
			       nearest ? "\" meant?" : "");
	}
	if (!any && count && filter->only && errors->count == before)
		error_list_add(errors, "--only %s fits no machine of the batch",
			       filter->only);
	return errors->count > before ? -1 : 0;
}

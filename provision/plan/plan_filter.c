/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The selection of machines of a batch. */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/text.h"
#include "provision/plan/plan_filter.h"

bool plan_filter_takes(const struct plan_filter *filter, const char *name)
{
	bool named = !filter->machine_count;

	for (size_t i = 0; i < filter->machine_count; i++)
		if (!strcmp(filter->machines[i], name))
			named = true;
	return named && (!filter->only || fnmatch(filter->only, name, 0) == 0);
}

static bool name_is_one_of(const char *name, const char *const names[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

int plan_filter_check_names(const struct plan_filter *filter, const char *const names[],
			    size_t count, const char *what, const char *where,
			    struct error_list *errors)
{
	size_t before = errors->count;
	bool any = false;

	for (size_t i = 0; i < count; i++)
		any = any || plan_filter_takes(filter, names[i]);
	for (size_t i = 0; i < filter->machine_count; i++) {
		const char *name = filter->machines[i];
		CLEANUP(free_ptr) char *meant = NULL;

		if (name_is_one_of(name, names, count))
			continue;
		meant = text_meant(name, names, count);
		error_list_add(errors, "no %s \"%s\" %s%s", what, name, where, meant);
	}
	if (!any && count && filter->only && errors->count == before)
		error_list_add(errors, "--only %s matches no %s %s", filter->only, what,
			       where);
	return errors->count > before ? -1 : 0;
}

int plan_filter_check(const struct plan_filter *filter, const struct batch *batch,
		      const char *const unlisted[], size_t unlisted_count,
		      struct error_list *errors)
{
	CLEANUP(free_ptr)
	const char **names = mem_zero(batch->machines.count + unlisted_count,
				      sizeof(*names));
	size_t count = 0;

	array_foreach(machine, &batch->machines)
		names[count++] = machine->name;
	for (size_t i = 0; i < unlisted_count; i++)
		names[count++] = unlisted[i];
	return plan_filter_check_names(filter, names, count, "machine", "in the batch",
				       errors);
}

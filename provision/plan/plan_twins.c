/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that was found on several hypervisors: which one runs, and how to resolve it.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/virsh.h"
#include "provision/plan/plan_twins.h"

struct twin {
	const struct facts *facts;
	const struct facts_domain *domain;
};

struct twins {
	ARRAY(struct twin) items;
};

static void twins_free(struct twins *twins)
{
	free(twins->items.items);
}

/* Several sections of the batch can be one hypervisor. */
static bool is_known(const struct twins *twins, const struct facts *facts)
{
	array_foreach(twin, &twins->items) {
		if (facts_are_same(twin->facts, facts))
			return true;
	}
	return false;
}

static void twins_find(const struct changes *changes, const struct change *change,
		       struct twins *twins)
{
	for (size_t i = 0; i < changes->input.batch->hypervisors.count; i++) {
		const struct facts *facts = changes->input.facts[i];
		const struct facts_domain *domain = facts_domain_find(facts,
								      change->name);

		if (domain && changes_take(changes, domain) && !is_known(twins, facts))
			*array_add(&twins->items) = (struct twin){facts, domain};
	}
}

static size_t count_of(const struct twins *twins, enum facts_activity activity)
{
	size_t count = 0;

	array_foreach(twin, &twins->items)
		count += twin->domain->activity == activity;
	return count;
}

static char *places_text(const struct twins *twins)
{
	static const char *const words[] = {[FACTS_OFF] = "does not run",
					    [FACTS_RUNS] = "runs",
					    [FACTS_MIGRATES] = "is being migrated",
					    [FACTS_ACTIVITY_UNKNOWN] = "may run"};
	struct buf text = {0};

	array_foreach(twin, &twins->items)
		buf_format(&text, "%son %s, where it %s", text.size ? ", and " : "",
			   twin->facts->config->name, words[twin->domain->activity]);
	return buf_take(&text);
}

/* Volumes and NVRAM stay: the domain that is kept may use them too. */
static void commands_add(const struct twins *twins, const struct twin *kept,
			 struct error_list *errors)
{
	CLEANUP(buf_free) struct buf text = {0};

	array_foreach(twin, &twins->items) {
		const char *uri = facts_command_uri(twin->facts);
		const char *name = twin->domain->name;

		if (twin == kept)
			continue;
		if (text.size)
			buf_add_string(&text, " && ");
		if (twin->domain->activity == FACTS_RUNS) {
			virsh_add(&text, uri, "destroy", name, NULL);
			buf_add_string(&text, " && ");
		}
		virsh_add(&text, uri, "undefine", VIRSH_UNDEFINE, name, NULL);
	}
	error_list_add(errors, "%s: to keep the one on %s%s: %s", kept->domain->name,
		       kept->facts->config->name,
		       kept->domain->activity == FACTS_RUNS ? ", which runs" : "",
		       buf_text(&text));
}

/* Under two URLs, one domain looks like two, and either command would remove the only
 * one. libvirt does not migrate to a host with the same UUID either. */
static bool one_host_report(const struct twins *twins, struct error_list *errors)
{
	bool any = false;

	array_foreach(twin, &twins->items) {
		for (const struct twin *other = twins->items.items; other < twin;
		     other++) {
			if (!twin->facts->host_uuid ||
			    !text_equal(other->facts->host_uuid, twin->facts->host_uuid))
				continue;
			any = true;
			error_list_add(
				errors,
				"%s: %s and %s may be one hypervisor under two URLs "
				"(both have the host UUID %s); if so, remove one of them "
				"from the batch",
				twin->domain->name, other->facts->config->name,
				twin->facts->config->name, twin->facts->host_uuid);
		}
	}
	return any;
}

int plan_twins_report(const struct changes *changes, const struct change *change,
		      struct error_list *errors)
{
	CLEANUP(twins_free) struct twins twins = {0};
	CLEANUP(free_ptr) char *places = NULL;
	const char *advice = "";

	twins_find(changes, change, &twins);
	places = places_text(&twins);
	if (count_of(&twins, FACTS_MIGRATES))
		advice = "; wait until the migration, or another job, has ended";
	else if (count_of(&twins, FACTS_RUNS) > 1)
		advice = "; if they share a disk, it is being damaged";
	if (change->machine)
		batch_machine_error(change->machine, "hypervisor", errors, "%s is %s%s",
				    change->name, places, advice);
	else
		error_list_add(errors, "%s is %s%s", change->name, places, advice);
	if (count_of(&twins, FACTS_MIGRATES) ||
	    count_of(&twins, FACTS_ACTIVITY_UNKNOWN) || one_host_report(&twins, errors))
		return -1;
	/* The domain that runs, if only one does, comes first. */
	for (int runs = 1; runs >= 0; runs--) {
		array_foreach(twin, &twins.items) {
			if ((twin->domain->activity == FACTS_RUNS) == runs)
				commands_add(&twins, twin, errors);
		}
	}
	return -1;
}

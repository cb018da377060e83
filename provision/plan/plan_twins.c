/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that was found on several hypervisors: which one runs, and what to do. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt.h"
#include "common/xml.h"
#include "provision/plan/plan_twins.h"

struct twin {
	const struct host *host;
	const struct host_domain *domain;
	enum twin_state state;
	char *host_uuid; /* NULL: not known */
};

struct twins {
	ARRAY(struct twin) items;
};

static void twins_free(struct twins *twins)
{
	array_foreach(twin, &twins->items)
		free(twin->host_uuid);
	free(twins->items.items);
}

enum twin_state twin_state_of(int state, int reason, int job)
{
	if (job != VIR_DOMAIN_JOB_NONE)
		return TWIN_MIGRATES;
	switch (state) {
	case VIR_DOMAIN_SHUTOFF:
	case VIR_DOMAIN_CRASHED:
		return TWIN_OFF;
	case VIR_DOMAIN_PAUSED:
		if (reason == VIR_DOMAIN_PAUSED_MIGRATION ||
		    reason == VIR_DOMAIN_PAUSED_POSTCOPY ||
		    reason == VIR_DOMAIN_PAUSED_POSTCOPY_FAILED ||
		    reason == VIR_DOMAIN_PAUSED_STARTING_UP)
			return TWIN_MIGRATES;
		return TWIN_RUNS;
	case VIR_DOMAIN_RUNNING:
		return reason == VIR_DOMAIN_RUNNING_POSTCOPY ? TWIN_MIGRATES : TWIN_RUNS;
	case VIR_DOMAIN_BLOCKED:
	case VIR_DOMAIN_SHUTDOWN:
	case VIR_DOMAIN_PMSUSPENDED:
		return TWIN_RUNS;
	default:
		return TWIN_UNKNOWN;
	}
}

static enum twin_state state_ask(const struct host *host,
				 const struct host_domain *domain)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr handle = virDomainLookupByUUIDString(host->connection, domain->uuid);
	virDomainJobInfo job = {0};
	int state, reason;

	if (!handle || virDomainGetState(handle, &state, &reason, 0) < 0)
		return TWIN_UNKNOWN;
	/* One that does not run has no job, and is not asked. */
	if (state != VIR_DOMAIN_SHUTOFF && virDomainGetJobInfo(handle, &job) < 0 &&
	    virt_error_code() != VIR_ERR_NO_SUPPORT)
		return TWIN_UNKNOWN;
	return twin_state_of(state, reason, job.type);
}

static char *host_uuid_ask(const struct host *host)
{
	CLEANUP(free_ptr) char *text = virConnectGetCapabilities(host->connection);
	CLEANUP(xml_free) struct xml xml = {0};

	if (!text || xml_parse(&xml, text, strlen(text), NULL) < 0)
		return NULL;
	return xml_string(&xml, NULL, "/capabilities/host/uuid");
}

/* Several sections of the batch may be one hypervisor. */
static bool is_known(const struct twins *twins, const struct host *host)
{
	array_foreach(twin, &twins->items) {
		if (host_is_same(twin->host, host))
			return true;
	}
	return false;
}

static void twins_find(const struct changes *changes, const struct change *change,
		       struct twins *twins)
{
	for (size_t i = 0; i < changes->batch->hypervisors.count; i++) {
		const struct host *host = &changes->hosts[i].host;
		const struct host_domain *domain = host_domain_find(host, change->name);

		if (domain && changes_takes(changes, domain) && !is_known(twins, host))
			*array_add(&twins->items) = (struct twin){host, domain,
								  state_ask(host, domain),
								  host_uuid_ask(host)};
	}
}

static size_t count_of(const struct twins *twins, enum twin_state state)
{
	size_t count = 0;

	array_foreach(twin, &twins->items)
		count += twin->state == state;
	return count;
}

static char *places_text(const struct twins *twins)
{
	static const char *const words[] = {[TWIN_OFF] = "does not run",
					    [TWIN_RUNS] = "runs",
					    [TWIN_MIGRATES] = "is being migrated",
					    [TWIN_UNKNOWN] = "may run"};
	struct buf text = {0};

	array_foreach(twin, &twins->items)
		buf_format(&text, "%son %s, where it %s", text.size ? ", and " : "",
			   twin->host->config->name, words[twin->state]);
	return buf_take(&text);
}

static void command_add(struct buf *text, const struct twin *twin, const char *words)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(twin->host->connection);

	buf_add_string(text, text->size ? " && virsh -c " : "virsh -c ");
	text_add_shell(text, uri ? uri : "");
	buf_format(text, " %s ", words);
	text_add_shell(text, twin->domain->name);
}

/* Volumes and NVRAM stay: the one that is kept may use them, too. */
static void commands_add(const struct twins *twins, const struct twin *kept,
			 struct error_list *errors)
{
	CLEANUP(buf_free) struct buf text = {0};

	array_foreach(twin, &twins->items) {
		if (twin == kept)
			continue;
		if (twin->state == TWIN_RUNS)
			command_add(&text, twin, "destroy");
		command_add(&text, twin, "undefine --keep-nvram");
	}
	error_list_add(errors, "%s: to keep the one on %s%s: %s", kept->domain->name,
		       kept->host->config->name,
		       kept->state == TWIN_RUNS ? ", which runs" : "", buf_text(&text));
}

/* Under two URLs one domain looks like two, and each command would take the only one.
 * libvirt migrates to no host with the same UUID either. */
static bool one_host_report(const struct twins *twins, struct error_list *errors)
{
	bool any = false;

	array_foreach(twin, &twins->items) {
		for (const struct twin *other = twins->items.items; other < twin;
		     other++) {
			if (!twin->host_uuid ||
			    !text_equal(other->host_uuid, twin->host_uuid))
				continue;
			any = true;
			error_list_add(errors,
				       "%s: %s and %s may be one hypervisor under two "
				       "URLs (both have the host UUID %s); then take one "
				       "of them out of the batch",
				       twin->domain->name, other->host->config->name,
				       twin->host->config->name, twin->host_uuid);
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
	if (count_of(&twins, TWIN_MIGRATES))
		advice = "; wait until the migration, or another job, has ended";
	else if (count_of(&twins, TWIN_RUNS) > 1)
		advice = "; if they share a disk, it is being damaged";
	if (change->machine)
		batch_machine_error(change->machine, "hypervisor", errors, "%s is %s%s",
				    change->name, places, advice);
	else
		error_list_add(errors, "%s is %s%s", change->name, places, advice);
	if (count_of(&twins, TWIN_MIGRATES) || count_of(&twins, TWIN_UNKNOWN) ||
	    one_host_report(&twins, errors))
		return -1;
	/* The one that runs, if it is the only one, is first. */
	for (int runs = 1; runs >= 0; runs--) {
		array_foreach(twin, &twins.items) {
			if ((twin->state == TWIN_RUNS) == runs)
				commands_add(&twins, twin, errors);
		}
	}
	return -1;
}

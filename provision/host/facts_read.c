/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the facts of a hypervisor from libvirt. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/in_flight.h"
#include "common/virt.h"
#include "common/xml.h"
#include "provision/host/domain_settled.h"
#include "provision/host/facts_domains.h"
#include "provision/host/facts_network.h"
#include "provision/host/facts_read.h"
#include "provision/host/facts_storage.h"

/* What is read of a hypervisor; each part has errors of its own, for their order. */
struct reading {
	struct host *host;
	unsigned int parts;
	struct facts_domains domains;
	struct facts_storage storage;
	struct facts_network network;
	struct error_list errors;
};

static void reading_free(struct reading *reading)
{
	facts_domains_free(&reading->domains);
	facts_storage_free(&reading->storage);
	facts_network_free(&reading->network);
	error_list_free(&reading->errors);
}

/* The node's model is its architecture in libvirt; capabilities can take seconds. */
static void node_read(struct reading *reading)
{
	CLEANUP(error_free) struct error error = {0};
	struct host *host = reading->host;
	virNodeInfo node;

	if (virNodeGetInfo(host->connection, &node) < 0) {
		virt_error(&error, "can't ask for its processor and memory");
		batch_hypervisor_error_take(host->config, "url", &reading->errors,
					    &error);
		return;
	}
	host->facts.memory_bytes = (uint64_t)node.memory * 1024;
	host->facts.arch = mem_substring(node.model,
					 strnlen(node.model, sizeof(node.model)));
}

void facts_read_capabilities(struct host *host)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr archs = NULL;
	CLEANUP(free_ptr) char *text = NULL;
	struct facts *facts = &host->facts;

	if (facts->has_capabilities)
		return;
	text = virConnectGetCapabilities(host->connection);
	if (!text || xml_parse(&xml, text, strlen(text), NULL) < 0)
		return;
	facts->has_capabilities = true;
	facts->host_uuid = xml_string(&xml, NULL, "/capabilities/host/uuid");
	archs = xml_nodes(&xml, NULL, "/capabilities/guest/arch[domain/@type='kvm']");
	xml_foreach(node, archs)
	{
		char *arch = xml_string(&xml, node, "@name");

		if (arch)
			*array_add(&facts->kvm_archs) = arch;
	}
}

enum facts_activity facts_activity_of(int state, int reason, int job)
{
	if (job != VIR_DOMAIN_JOB_NONE)
		return FACTS_MIGRATES;
	switch (state) {
	case VIR_DOMAIN_SHUTOFF:
	case VIR_DOMAIN_CRASHED:
		return FACTS_OFF;
	case VIR_DOMAIN_PAUSED:
		if (reason == VIR_DOMAIN_PAUSED_MIGRATION ||
		    reason == VIR_DOMAIN_PAUSED_POSTCOPY ||
		    reason == VIR_DOMAIN_PAUSED_POSTCOPY_FAILED ||
		    reason == VIR_DOMAIN_PAUSED_STARTING_UP)
			return FACTS_MIGRATES;
		return FACTS_RUNS;
	case VIR_DOMAIN_RUNNING:
		return reason == VIR_DOMAIN_RUNNING_POSTCOPY ? FACTS_MIGRATES
							     : FACTS_RUNS;
	case VIR_DOMAIN_BLOCKED:
	case VIR_DOMAIN_SHUTDOWN:
	case VIR_DOMAIN_PMSUSPENDED:
		return FACTS_RUNS;
	default:
		return FACTS_ACTIVITY_UNKNOWN;
	}
}

static enum facts_activity activity_ask(virDomainPtr domain)
{
	virDomainJobInfo job = {0};
	int state, reason;

	if (virDomainGetState(domain, &state, &reason, 0) < 0)
		return FACTS_ACTIVITY_UNKNOWN;
	/* A domain that is shut off has no job; asking for it would be an error. */
	if (state != VIR_DOMAIN_SHUTOFF && virDomainGetJobInfo(domain, &job) < 0 &&
	    virt_error_code() != VIR_ERR_NO_SUPPORT)
		return FACTS_ACTIVITY_UNKNOWN;
	return facts_activity_of(state, reason, job.type);
}

void facts_read_activity(const struct host *host, struct facts_domain *found)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = virDomainLookupByUUIDString(host->connection, found->uuid);

	if (!domain)
		return;
	found->activity = activity_ask(domain);
	found->is_settled = domain_is_settled_in(domain);
	found->is_idle = domain_is_off(domain);
	found->was_migrated = domain_was_migrated(domain);
}

static void limit_read(struct reading *reading)
{
	in_flight_ask_limit(&reading->host->flight);
}

static void domains_list(struct reading *reading)
{
	facts_domains_list(reading->host, &reading->domains);
}

static void images_list(struct reading *reading)
{
	facts_storage_list_images(reading->host, &reading->storage);
}

static void root_list(struct reading *reading)
{
	facts_storage_list_root(reading->host, &reading->storage);
}

static void network_read_all(struct reading *reading)
{
	facts_network_read(reading->host, &reading->network);
}

/* libvirt keeps the answer for who asks for it later. */
static void type_read(struct reading *reading)
{
	virConnectGetType(reading->host->connection);
}

static void locks_read(struct reading *reading)
{
	struct host *host = reading->host;

	if (host->looker && host->batch && host->batch->name)
		owner_lock_find(host->connection, host->batch->name, host->looker,
				&host->locks, &host->locks_error);
}

static void capabilities_read(struct reading *reading)
{
	facts_read_capabilities(reading->host);
}

/* What can be read at a time, calls of each one after the other; the longest come first.
 */
static const struct {
	unsigned int parts; /* of which one asks for it; 0: all do */
	void (*read)(struct reading *reading);
} jobs[] = {
	{FACTS_NETWORK | FACTS_NETWORK_IF_ACTIVE, network_read_all},
	{FACTS_STORAGE, images_list},
	{FACTS_STORAGE, root_list},
	{FACTS_DOMAINS, domains_list},
	{FACTS_CAPABILITIES, capabilities_read},
	{0, limit_read},
	{0, node_read},
	{0, type_read},
	{0, locks_read},
};

static void job_do(void *data, size_t i)
{
	struct reading *reading = data;

	if (!jobs[i].parts || (reading->parts & jobs[i].parts))
		jobs[i].read(reading);
}

static void part_read(void *data, size_t i)
{
	struct reading *reading = data;
	struct facts_domains *domains = &reading->domains;

	if (i < domains->count)
		facts_domains_read(reading->host, domains, i);
	else
		facts_storage_read(reading->host, &reading->storage, domains,
				   i - domains->count);
}

static void activity_read(void *data, size_t i)
{
	const struct reading *reading = data;
	struct facts_domain *domain = &reading->host->facts.domains.items[i];

	if (domain->metadata.has_tools)
		facts_read_activity(reading->host, domain);
}

int facts_read_lost(struct host *host, bool is_silent)
{
	CLEANUP(error_free) struct error error = {0};
	const struct batch_hypervisor *config = host->config;
	char *uri = TAKE(host->facts.uri);

	virt_lost_while(&error, uri, is_silent);
	facts_free(&host->facts);
	host->facts = (struct facts){
		.config = config, .uri = uri, .unreachable = TAKE(error.message)};
	return -1;
}

int facts_read(struct host *host, unsigned int parts, struct error_list *errors)
{
	CLEANUP(reading_free)
	struct reading reading = {.host = host,
				  .parts = parts,
				  .storage = {.first_lock = PTHREAD_MUTEX_INITIALIZER}};
	struct error_list *all = &reading.errors;

	reading.network.if_active = parts & FACTS_NETWORK_IF_ACTIVE;
	in_flight(&host->flight, ARRAY_LENGTH(jobs), job_do, &reading);
	facts_storage_find(host, &reading.storage);
	in_flight(&host->flight, reading.domains.count + reading.storage.count, part_read,
		  &reading);
	facts_domains_take(host, &reading.domains);
	if (parts & FACTS_STORAGE)
		facts_storage_take(host, &reading.storage, &reading.domains);
	facts_network_compare(host, &reading.network);
	if (parts & FACTS_ACTIVITY)
		in_flight(&host->flight, host->facts.domains.count, activity_read,
			  &reading);
	error_list_append(all, &reading.domains.errors);
	error_list_append(all, &reading.storage.errors);
	error_list_append(all, &reading.network.errors);
	if (virt_is_lost(host->connection))
		return facts_read_lost(host, host->flight.is_silent || all->silent);
	return error_list_append(errors, all);
}

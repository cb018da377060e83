/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All hypervisors of a batch: connected to, locked and read. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt_open.h"
#include "provision/host/facts_read.h"
#include "provision/host/host_connection.h"
#include "provision/host/hosts.h"

int hosts_lock(const struct hosts *hosts, const struct host *host,
	       const struct owner *self, const char *batch, struct owner_lock **lock,
	       struct error *error)
{
	CLEANUP(free_ptr)
	char *renew_uri = virt_open_quiet_uri(host->facts.uri,
					      virConnectGetType(host->connection));
	const struct owner_lock_job job = {.connection = host->connection,
					   .hypervisor = host->config->name,
					   .batch = batch,
					   .renew_uri = renew_uri,
					   .self = self,
					   .watching = hosts->job.watching,
					   .data = hosts->job.data};

	return self ? owner_lock_take(&job, lock, error) : 0;
}

/* Locks the batch on the hypervisor before reading what the run is going to change. */
static int host_lock(struct hosts *hosts, struct host *host)
{
	CLEANUP(error_free) struct error error = {0};

	if (hosts->job.owner && host->facts.denied) {
		host_deny(host);
		return -1;
	}
	if (hosts_lock(hosts, host, hosts->job.owner, hosts->job.batch->name,
		       &host->owner, &error) == 0)
		return 0;
	return error_list_take(&hosts->held, &error);
}

static void host_begin(struct hosts *hosts, struct host *host,
		       const struct batch_hypervisor *config, struct error_list *errors)
{
	const struct hosts_job *job = &hosts->job;
	CLEANUP(error_list_free) struct error_list ignored = {0};
	bool is_used = !job->is_used || job->is_used(job->data, config);

	if (host_open(host, config) == 0 && host_lock(hosts, host) == 0)
		facts_read(host, job->parts, is_used ? errors : &ignored);
	host->all = hosts->all;
}

/* Whether a domain of another hypervisor has the same name. */
static bool has_twin(const struct hosts *hosts, const struct host *host,
		     const struct facts_domain *domain)
{
	for (size_t i = 0; i < hosts->count; i++) {
		const struct facts *other = hosts->facts[i];

		if (!facts_are_same(other, &host->facts) &&
		    facts_domain_find(other, domain->name))
			return true;
	}
	return false;
}

static bool is_ours(const struct hosts *hosts, const struct facts_domain *domain)
{
	return domain->metadata.has_tools ||
	       batch_machine_find(hosts->job.batch, domain->name);
}

static void twins_read(struct hosts *hosts)
{
	for (size_t i = 0; i < hosts->count; i++) {
		struct host *host = &hosts->list[i];

		array_foreach(domain, &host->facts.domains) {
			if (!is_ours(hosts, domain) || !has_twin(hosts, host, domain))
				continue;
			facts_read_capabilities(host);
			facts_read_activity(host, domain);
		}
	}
}

/* Whether a domain is certainly the complete machine of this file. */
static bool is_machine(const struct batch *batch, const struct facts_domain *domain)
{
	const struct metadata *metadata = &domain->metadata;

	return metadata->has_tools && metadata->state == METADATA_READY &&
	       text_equal(metadata->batch, batch->name) &&
	       text_equal(metadata->batch_file, batch->path);
}

/* Whether the machine has to be created, or may have to be. */
static bool is_incomplete(const struct hosts *hosts, const struct batch_machine *machine)
{
	for (size_t i = 0; i < hosts->count; i++) {
		const struct facts_domain *domain = facts_domain_find(hosts->facts[i],
								      machine->name);

		if (domain && is_machine(hosts->job.batch, domain))
			return false;
	}
	return true;
}

/* Reads what decides the domain type of new machines, unless the batch does. */
static void types_read(struct hosts *hosts)
{
	array_foreach(machine, &hosts->job.batch->machines) {
		if (!is_incomplete(hosts, machine))
			continue;
		for (size_t i = 0; i < machine->hypervisor_count; i++) {
			struct host *host = hosts_find(hosts, machine->hypervisors[i]);

			if (host->connection &&
			    host->config->domain_type == BATCH_DOMAIN_AUTO)
				facts_read_capabilities(host);
		}
	}
}

int hosts_open(const struct hosts_job *job, struct hosts *hosts,
	       struct error_list *errors)
{
	const struct batch *batch = job->batch;
	size_t count = batch->hypervisors.count, before = errors->count;

	*hosts = (struct hosts){.job = *job, .count = count};
	hosts->list = mem_zero(count, sizeof(*hosts->list));
	hosts->all = mem_zero(count + 1, sizeof(*hosts->all));
	hosts->facts = mem_zero(count, sizeof(*hosts->facts));
	for (size_t i = 0; i < count; i++) {
		hosts->all[i] = &hosts->list[i];
		hosts->facts[i] = &hosts->list[i].facts;
	}
	for (size_t i = 0; i < count; i++)
		host_begin(hosts, &hosts->list[i], &batch->hypervisors.items[i], errors);
	twins_read(hosts);
	if (job->parts & FACTS_STORAGE)
		types_read(hosts);
	return errors->count > before ? -1 : 0;
}

void hosts_free(struct hosts *hosts)
{
	if (!hosts)
		return;
	for (size_t i = 0; i < hosts->count; i++)
		host_free(&hosts->list[i]);
	error_list_free(&hosts->held);
	free(hosts->list);
	free(hosts->all);
	free(hosts->facts);
	*hosts = (struct hosts){0};
}

struct host *hosts_find(const struct hosts *hosts, const struct batch_hypervisor *config)
{
	return &hosts->list[config - hosts->job.batch->hypervisors.items];
}

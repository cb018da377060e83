/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All hypervisors of a batch: connected to, locked and read. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/parallel.h"
#include "common/text.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "provision/host/facts_read.h"
#include "provision/host/host_connection.h"
#include "provision/host/hosts.h"

int hosts_lock(const struct hosts *hosts, const struct host *host,
	       const struct owner *self, const char *batch, struct owner_lock **lock,
	       struct error *error)
{
	CLEANUP(free_ptr) char *renew_uri = NULL;
	struct owner_lock_job job = {.connection = host->connection,
				     .hypervisor = host->config->name,
				     .batch = batch,
				     .self = self,
				     .watching = hosts->job.watching,
				     .data = hosts->job.data};

	if (!self)
		return 0;
	renew_uri = virt_open_quiet_uri(host->facts.uri,
					virConnectGetType(host->connection));
	job.renew_uri = renew_uri;
	return owner_lock_take(&job, lock, error);
}

struct locking {
	struct hosts *hosts;
	struct host *host;
};

/* Locks the batch on the hypervisor before reading what the run is going to change. */
static void host_lock(void *data, size_t i)
{
	const struct locking *locking = data;
	struct hosts *hosts = locking->hosts;
	struct host *host = locking->host;
	CLEANUP(error_free) struct error error = {0};

	(void)i;
	if (hosts_lock(hosts, host, hosts->job.owner, hosts->job.batch->name,
		       &host->owner, &error) == 0)
		return;
	host->left_out = true;
	error_list_take(&hosts->held, &error);
}

struct connecting {
	struct host *list;
	const struct batch_hypervisor *configs;
};

static bool may_prompt(const struct batch_hypervisor *config)
{
	return !config->url_distrust && virt_may_prompt(config->url);
}

static void host_connect(void *data, size_t i)
{
	const struct connecting *connecting = data;

	if (!may_prompt(&connecting->configs[i]))
		host_open(&connecting->list[i], &connecting->configs[i]);
}

void hosts_connect(struct host *list, const struct batch_hypervisor *configs,
		   size_t count)
{
	struct connecting connecting = {list, configs};

	parallel(PARALLEL_HOSTS, count, host_connect, &connecting);
	for (size_t i = 0; i < count; i++)
		if (may_prompt(&configs[i]))
			host_open(&list[i], &configs[i]);
}

struct reading {
	struct host *list;
	unsigned int parts;
	struct error_list *errors;
};

static void host_read(void *data, size_t i)
{
	const struct reading *reading = data;
	struct host *host = &reading->list[i];

	if (host->facts.is_reached && !host->left_out)
		facts_read(host, reading->parts, &reading->errors[i]);
}

void hosts_read(struct host *list, size_t count, unsigned int parts,
		struct error_list *errors)
{
	struct reading reading = {list, parts, errors};

	parallel(PARALLEL_HOSTS, count, host_read, &reading);
}

/* Reads those that were locked. */
static void hosts_begin(struct hosts *hosts, struct error_list *errors)
{
	const struct hosts_job *job = &hosts->job;
	CLEANUP(free_ptr)
	struct error_list *found = mem_zero(hosts->count, sizeof(*found));

	for (size_t i = 0; i < hosts->count; i++) {
		struct host *host = &hosts->list[i];

		host->batch = job->batch;
		host->looker = job->looker;
		host->all = hosts->all;
		if (job->owner && host->facts.denied)
			host_deny(host);
		if (job->owner && host->connection)
			in_flight(&host->flight, 1, host_lock,
				  &(struct locking){hosts, host});
	}
	hosts_read(hosts->list, hosts->count, job->parts, found);
	for (size_t i = 0; i < hosts->count; i++) {
		bool is_used = !job->is_used ||
			       job->is_used(job->data, hosts->list[i].config);

		error_list_append(is_used ? errors : NULL, &found[i]);
	}
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

struct twins {
	const struct hosts *hosts;
	struct host *host;
};

static bool is_twin(const struct twins *twins, const struct facts_domain *domain)
{
	return is_ours(twins->hosts, domain) &&
	       has_twin(twins->hosts, twins->host, domain);
}

static void twin_read(void *data, size_t i)
{
	const struct twins *twins = data;
	struct facts_domain *domain = &twins->host->facts.domains.items[i];

	if (is_twin(twins, domain))
		facts_read_activity(twins->host, domain);
}

static void capabilities_read(void *data, size_t i)
{
	(void)i;
	facts_read_capabilities(data);
}

static void host_twins_read(void *data, size_t i)
{
	const struct hosts *hosts = data;
	struct host *host = &hosts->list[i];
	struct twins twins = {hosts, host};
	bool has_any = false;

	array_foreach(domain, &host->facts.domains)
		has_any = has_any || is_twin(&twins, domain);
	if (!has_any)
		return;
	in_flight(&host->flight, 1, capabilities_read, host);
	in_flight(&host->flight, host->facts.domains.count, twin_read, &twins);
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

/* Whether a machine that may be created there gets its domain type from the hypervisor.
 */
static bool needs_types(const struct hosts *hosts, const struct host *host)
{
	if (!host->facts.is_reached || host->config->domain_type != BATCH_DOMAIN_AUTO)
		return false;
	array_foreach(machine, &hosts->job.batch->machines) {
		for (size_t i = 0; i < machine->hypervisor_count; i++)
			if (machine->hypervisors[i] == host->config &&
			    is_incomplete(hosts, machine))
				return true;
	}
	return false;
}

static void host_types_read(void *data, size_t i)
{
	const struct hosts *hosts = data;

	struct host *host = &hosts->list[i];

	if (needs_types(hosts, host))
		in_flight(&host->flight, 1, capabilities_read, host);
}

/* What was asked last may have ended the connection too. */
static void flight_end(struct host *host)
{
	in_flight_end(&host->flight);
	if (host->facts.is_reached && virt_is_lost(host->connection))
		facts_read_lost(host, host->flight.is_silent);
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
	hosts_connect(hosts->list, batch->hypervisors.items, count);
	hosts_begin(hosts, errors);
	parallel(PARALLEL_HOSTS, count, host_twins_read, hosts);
	if (job->parts & FACTS_STORAGE)
		parallel(PARALLEL_HOSTS, count, host_types_read, hosts);
	for (size_t i = 0; i < count; i++)
		flight_end(&hosts->list[i]);
	return errors->count > before ? -1 : 0;
}

static void host_close(void *data, size_t i)
{
	host_free(&((struct host *)data)[i]);
}

void hosts_close(struct host *list, size_t count)
{
	parallel(PARALLEL_HOSTS, count, host_close, list);
}

void hosts_free(struct hosts *hosts)
{
	if (!hosts)
		return;
	hosts_close(hosts->list, hosts->count);
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

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-provision status --all: every domain of the hypervisors, with its owner. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "provision/plan/domain_owner.h"
#include "provision/verbs/verbs.h"

struct inventory_record {
	const struct batch *batch; /* NULL: none was given */
	const struct batch_hypervisor *hypervisor;
	const struct facts_domain *domain;
};

static const struct facts_domain *domain_of(const void *record)
{
	return ((const struct inventory_record *)record)->domain;
}

static void get_name(const void *record, struct output_value *value)
{
	output_text(value, domain_of(record)->name);
}

static void get_owner(const void *record, struct output_value *value)
{
	const struct inventory_record *one = record;

	output_text(value, domain_owner_word(one->batch, one->domain));
}

static void get_state(const void *record, struct output_value *value)
{
	output_text(value, facts_domain_state_name(domain_of(record)));
}

static void get_hypervisor(const void *record, struct output_value *value)
{
	output_text(value, ((const struct inventory_record *)record)->hypervisor->name);
}

static void get_batch(const void *record, struct output_value *value)
{
	output_text(value, domain_of(record)->metadata.batch);
}

static void get_file(const void *record, struct output_value *value)
{
	output_text(value, domain_of(record)->metadata.batch_file);
}

static void get_creator(const void *record, struct output_value *value)
{
	output_text(value, domain_of(record)->metadata.creator);
}

static void get_protect(const void *record, struct output_value *value)
{
	output_text(value, domain_of(record)->metadata.protect ? "yes" : "no");
}

static void get_id(const void *record, struct output_value *value)
{
	output_text(value, domain_of(record)->uuid);
}

static const struct output_column columns[] = {
	{"Name", "NAME", 0, get_name},
	{"Owner", "OWNER", 0, get_owner},
	{"StateName", "STATE", 0, get_state},
	{"Hypervisor", "HYPERVISOR", 0, get_hypervisor},
	{"Batch", "BATCH", 0, get_batch},
	{"BatchFile", "FILE", 0, get_file},
	{"Creator", "USER", 0, get_creator},
	{"Protect", "PROTECT", 0, get_protect},
	{"Id", "ID", OUTPUT_JSON_ONLY, get_id},
};

static bool is_seen(const struct host *hosts, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (facts_are_same(&hosts[i].facts, &hosts[index].facts))
			return true;
	return false;
}

static void domains_print(const struct verb *verb, const struct host *host,
			  struct output *output)
{
	const struct batch *batch = verb->batch.name ? &verb->batch : NULL;

	array_foreach(domain, &host->facts.domains) {
		if (plan_filter_takes(&verb->input.filter, domain->name))
			output_record(output, &(struct inventory_record){
						      batch, host->config, domain});
	}
}

/* Checks that --machine and --only select domains of the hypervisors that were read. */
static void filter_check(struct verb *verb, const struct host *hosts)
{
	ARRAY(const char *) names = {0};

	for (size_t i = 0; i < verb->batch.hypervisors.count; i++)
		array_foreach(domain, &hosts[i].facts.domains)
			*array_add(&names) = domain->name;
	plan_filter_check_names(&verb->input.filter, names.items, names.count, "domain",
				"on the hypervisors", &verb->errors);
	free(names.items);
}

/* Prints the domains of each hypervisor. Returns how many were not reached. */
static size_t hosts_print(struct verb *verb, const struct host *hosts,
			  struct error_list *errors, struct output *output)
{
	size_t unreached = 0;

	for (size_t i = 0; i < verb->batch.hypervisors.count; i++) {
		const struct host *host = &hosts[i];

		if (!host->facts.is_reached)
			batch_hypervisor_error(host->config, "url", &verb->errors, "%s",
					       host->facts.unreachable);
		verb_denied_warn(verb->cli, host);
		error_list_append(&verb->errors, &errors[i]);
		unreached += !host->facts.is_reached;
		domains_print(verb, host, output);
	}
	return unreached;
}

int verb_inventory(struct verb *verb)
{
	struct cli *cli = verb->cli;
	size_t count, unreached;
	CLEANUP(free_ptr) struct error_list *errors = NULL;
	CLEANUP(free_ptr) struct host *hosts = NULL;
	struct output *output;

	verb_use_address(verb);
	verb->input.filter.machines = verb->machines.items;
	verb->input.filter.machine_count = verb->machines.count;
	count = verb->batch.hypervisors.count;
	hosts = mem_zero(count, sizeof(*hosts));
	errors = mem_zero(count, sizeof(*errors));
	output = output_begin(stdout, cli->format, columns, ARRAY_LENGTH(columns),
			      cli->header);
	hosts_connect(hosts, verb->batch.hypervisors.items, count);
	for (size_t i = 0; i < count; i++)
		hosts[i].left_out = is_seen(hosts, i);
	hosts_read(hosts, count, FACTS_DOMAINS, errors);
	unreached = hosts_print(verb, hosts, errors, output);
	filter_check(verb, hosts);
	hosts_close(hosts, count);
	cli_errors(cli, &verb->errors);
	if (unreached == count)
		return cli_output_end(cli, output, CLI_SYSTEM);
	return cli_output_end(cli, output, verb->errors.count ? CLI_NO : CLI_DONE);
}

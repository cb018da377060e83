/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases audit: finds what is wrong with leases and reservations. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "leases/audit_fix.h"
#include "leases/leases_audit.h"
#include "leases/query.h"

enum {
	AUDIT_FIX = QUERY_END,
	AUDIT_FULL,
	FULL_DEFAULT_PERCENT = 90,
};

const struct cli_option audit_options[] = {
	{AUDIT_FIX, "fix", NULL,
	 "release orphaned leases, delete orphaned reservations of machines"},
	{AUDIT_FULL, "full", "PERCENT", "fill level that makes a pool a finding; 90"},
	{0},
};

struct audit_verb {
	struct cli *cli;
	struct query_options options;
	struct query query;
	struct finding_list findings;
	unsigned int full_percent;
	bool fix;
};

static void verb_free(struct audit_verb *verb)
{
	finding_list_free(&verb->findings);
	query_end(&verb->query);
	query_options_free(&verb->options);
}

/* A lease whose machine is not known would be reported as orphaned, and released. */
static int machines_check(const struct audit_verb *verb)
{
	array_foreach(hypervisor, &verb->query.hypervisors) {
		if (!hypervisor->connection || !hypervisor->facts.has_machines) {
			cli_error(verb->cli,
				  "the machines are not known without libvirt");
			return CLI_SYSTEM;
		}
		if (verb->fix && hypervisor->facts.machines_missing) {
			cli_error(verb->cli,
				  "%s%snot all machines can be read, so --fix would "
				  "release what they use",
				  hypervisor->uri ? hypervisor->uri : "",
				  hypervisor->uri ? ": " : "");
			return CLI_SYSTEM;
		}
	}
	return CLI_DONE;
}

static void hypervisors_audit(struct audit_verb *verb)
{
	ARRAY(struct audit_host) hosts = {0};

	array_foreach(hypervisor, &verb->query.hypervisors)
		*array_add(&hosts) = (struct audit_host){
			.hypervisor = hypervisor->uri,
			.machines = &hypervisor->facts.machines,
			.index = machine_index_make(&hypervisor->facts.machines),
		};
	array_foreach(hypervisor, &verb->query.hypervisors) {
		const struct audit_input input = {
			.host = (size_t)(hypervisor - verb->query.hypervisors.items),
			.hosts = hosts.items,
			.host_count = hosts.count,
			.nets = &hypervisor->facts.nets,
			.leases = &hypervisor->facts.leases,
			.now_s = (uint64_t)time(NULL),
			.full_percent = verb->full_percent,
		};

		audit(&input, &verb->findings);
	}
	array_foreach(host, &hosts)
		machine_index_free(&host->index);
	free(hosts.items);
}

static int findings_report(struct audit_verb *verb)
{
	struct query *query = &verb->query;
	struct finding_outcome *outcomes;
	int status;

	outcomes = mem_zero(verb->findings.count + 1, sizeof(*outcomes));
	for (size_t i = 0; i < verb->findings.count; i++)
		outcomes[i].finding = &verb->findings.items[i];
	if (verb->fix && !verb->cli->dry_run)
		findings_fix(outcomes, verb->findings.count, query->hypervisors.items,
			     query->hypervisors.count);
	status = findings_print(verb->cli, outcomes, verb->findings.count);
	for (size_t i = 0; i < verb->findings.count; i++)
		error_free(&outcomes[i].error);
	free(outcomes);
	return status;
}

static int leases_audit(struct audit_verb *verb)
{
	struct query *query = &verb->query;
	int status;

	query_start(query, verb->cli, &verb->options, NULL);
	query->read_only = !verb->fix;
	array_foreach(hypervisor, &query->hypervisors)
		hypervisor->inactive_too = true;
	query_read(query);
	query_report(query, verb->cli);
	status = query_status(query);
	if (status == CLI_DONE)
		status = machines_check(verb);
	if (status != CLI_DONE)
		return status;
	hypervisors_audit(verb);
	return findings_report(verb);
}

int audit_run(struct cli *cli)
{
	CLEANUP(verb_free)
	struct audit_verb verb = {.cli = cli, .full_percent = FULL_DEFAULT_PERCENT};
	struct error error = {0};
	uint64_t percent;
	int code;

	query_options_start(&verb.options);
	while ((code = cli_next(cli)) != CLI_END) {
		if (code == AUDIT_FIX) {
			verb.fix = true;
			continue;
		}
		if (num_parse(cli->value, 0, 100, &percent, &error) < 0)
			cli_usage(cli, "--full: %s", error_text(&error));
		verb.full_percent = (unsigned int)percent;
	}
	cli_operands(cli, 0, 0);
	return leases_audit(&verb);
}

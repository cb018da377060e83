/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases list and ansible: every address, for people and for other programs. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>

#include "common/cleanup.h"
#include "leases/leases_list.h"
#include "leases/query.h"
#include "leases/results_print.h"

enum { LIST_MACHINE = QUERY_END, ANSIBLE_LIST, ANSIBLE_HOST };

const struct cli_option leases_list_options[] = {
	{LIST_MACHINE, "machine", "NAME", "only this machine; may be given again"},
	QUERY_SELECTION_OPTIONS,
	{0},
};

const struct cli_option ansible_options[] = {
	{ANSIBLE_LIST, "list", NULL, "all hosts, with their groups and variables"},
	{ANSIBLE_HOST, "host", "NAME", "the variables of this host"},
	QUERY_SELECTION_OPTIONS,
	{0},
};

/* The caller frees refs.items. */
static struct result_refs wanted_results(const struct query *query)
{
	struct result_refs refs = {0};

	array_foreach(result, &query->results) {
		if (query_selects(query, result))
			*array_add(&refs) = result;
	}
	return refs;
}

/* Reports operands of --machine that are not the name of a machine. */
static int machines_check(const struct cli *cli, const struct query *query)
{
	int status = CLI_DONE;

	array_foreach(target, &query->targets) {
		if (target->kind == TARGET_MACHINE)
			continue;
		cli_error(cli, "%s: no machine has that name", target->word);
		status = CLI_NO;
	}
	return status;
}

/* With `ansible` prints the output of an inventory script, for `host` or for all. */
static int list_print(struct cli *cli, const struct query_options *options, bool ansible,
		      const char *host)
{
	CLEANUP(query_end) struct query query = {0};
	struct result_refs refs = {0};
	int status, printed;

	query_start(&query, cli, options, NULL);
	query_run(&query, (uint64_t)time(NULL));
	query_report(&query, cli);
	status = query_status(&query);
	if (status == CLI_DONE)
		status = machines_check(cli, &query);
	refs = wanted_results(&query);
	printed = ansible ? results_print_ansible(cli, &query, &refs, host)
			  : results_print(cli, &query, &refs);
	free(refs.items);
	return printed == CLI_DONE ? status : printed;
}

int leases_list_run(struct cli *cli)
{
	CLEANUP(query_options_free) struct query_options options = {0};
	int code;

	query_options_start(&options);
	while ((code = cli_next(cli)) != CLI_END) {
		if (code == LIST_MACHINE)
			*array_add(&options.names) = mem_string(cli->value);
		else
			query_option_take(&options, cli, code);
	}
	query_options_check(&options, cli);
	cli_operands(cli, 0, 0);
	return list_print(cli, &options, false, NULL);
}

int ansible_run(struct cli *cli)
{
	CLEANUP(query_options_free) struct query_options options = {0};
	const char *host = NULL;
	bool list = false;
	int code;

	query_options_start(&options);
	while ((code = cli_next(cli)) != CLI_END) {
		if (code == ANSIBLE_LIST)
			list = true;
		else if (code == ANSIBLE_HOST)
			host = cli->value;
		else
			query_option_take(&options, cli, code);
	}
	query_options_check(&options, cli);
	cli_operands(cli, 0, 0);
	if (list == !!host)
		cli_usage(cli, "either --list or --host NAME");
	return list_print(cli, &options, true, host);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases list and ansible: every address, for people and for other programs. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>

#include "common/cleanup.h"
#include "leases/leases_verbs.h"
#include "leases/query.h"
#include "leases/results_print.h"

enum { LIST_MACHINE = REQUEST_END, ANSIBLE_LIST, ANSIBLE_HOST };

const struct cli_option list_options[] = {
	{LIST_MACHINE, "machine", "NAME", "only this machine; may be given again"},
	REQUEST_NETWORK_OPTION,
	REQUEST_ADDRESS_OPTIONS,
	REQUEST_SOURCE_OPTIONS,
	REQUEST_GUEST_NAMES_OPTION,
	REQUEST_DIR_OPTION,
	{0},
};

const struct cli_option ansible_options[] = {
	{ANSIBLE_LIST, "list", NULL, "all hosts, with their groups and variables"},
	{ANSIBLE_HOST, "host", "NAME", "the variables of this host"},
	REQUEST_NETWORK_OPTION,
	REQUEST_ADDRESS_OPTIONS,
	REQUEST_SOURCE_OPTIONS,
	REQUEST_GUEST_NAMES_OPTION,
	REQUEST_DIR_OPTION,
	{0},
};

static bool is_wanted(const struct gathering *gathering, const struct answer *answer)
{
	array_foreach(target, &gathering->targets) {
		if (target_takes(target, answer))
			return true;
	}
	return !gathering->targets.count;
}

/* The caller frees refs.items. */
static struct answer_refs wanted_answers(const struct gathering *gathering)
{
	struct answer_refs refs = {0};

	array_foreach(answer, &gathering->answers) {
		if (is_wanted(gathering, answer))
			*array_add(&refs) = answer;
	}
	return refs;
}

/* Names given to --machine that are none's. */
static int machines_check(const struct cli *cli, const struct gathering *gathering)
{
	int status = CLI_DONE;

	array_foreach(target, &gathering->targets) {
		if (target->kind == TARGET_MACHINE)
			continue;
		cli_error(cli, "%s: no machine of that name", target->word);
		status = CLI_NO;
	}
	return status;
}

/* With `ansible` for its --list, or for --host with `host`; else as --output says. */
static int list_print(struct cli *cli, const struct request *request, bool ansible,
		      const char *host)
{
	CLEANUP(gathering_end) struct gathering gathering = {0};
	struct answer_refs refs = {0};
	int status, printed;

	gathering_start(&gathering, cli, request, NULL);
	gathering_run(&gathering, (uint64_t)time(NULL));
	gathering_report(&gathering, cli);
	status = gathering_status(&gathering);
	if (status == CLI_DONE)
		status = machines_check(cli, &gathering);
	refs = wanted_answers(&gathering);
	printed = ansible ? answers_print_ansible(cli, &gathering, &refs, host)
			  : answers_print(cli, &gathering, &refs);
	free(refs.items);
	return printed == CLI_DONE ? status : printed;
}

int list_run(struct cli *cli)
{
	CLEANUP(request_free) struct request request = {0};
	int code;

	request_start(&request);
	while ((code = cli_next(cli)) != CLI_END) {
		if (code == LIST_MACHINE)
			*array_add(&request.names) = mem_string(cli->value);
		else
			request_option(&request, cli, code);
	}
	request_check(&request, cli);
	cli_operands(cli, 0, 0);
	return list_print(cli, &request, false, NULL);
}

int ansible_run(struct cli *cli)
{
	CLEANUP(request_free) struct request request = {0};
	const char *host = NULL;
	bool list = false;
	int code;

	request_start(&request);
	while ((code = cli_next(cli)) != CLI_END) {
		if (code == ANSIBLE_LIST)
			list = true;
		else if (code == ANSIBLE_HOST)
			host = cli->value;
		else
			request_option(&request, cli, code);
	}
	request_check(&request, cli);
	cli_operands(cli, 0, 0);
	if (list == !!host)
		cli_usage(cli, "either --list or --host NAME");
	return list_print(cli, &request, true, host);
}

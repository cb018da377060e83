/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases release: makes dnsmasq forget leases. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "leases/leases_output.h"
#include "leases/leases_release.h"
#include "leases/query.h"
#include "leases/release_results.h"

enum {
	RELEASE_WAIT = QUERY_END,
	WAIT_DEFAULT_S = 5, /* dnsmasq can be deaf for three */
	WAIT_MAX_S = 3600,
};

const struct cli_option release_options[] = {
	{RELEASE_WAIT, "wait", "SECONDS", "how long to wait for confirmation; 5"},
	QUERY_NETWORK_OPTION,
	QUERY_DIR_OPTION,
	{0},
};

struct release_verb {
	struct cli *cli;
	struct query_options options;
	struct query query;
	uint64_t wait_s;
	ARRAY(struct release_outcome) outcomes; /* in the order of hypervisors */
};

static void verb_free(struct release_verb *verb)
{
	array_foreach(outcome, &verb->outcomes)
		error_free(&outcome->error);
	free(verb->outcomes.items);
	query_end(&verb->query);
	query_options_free(&verb->options);
}

/* Reports operands that match no lease. */
static int operands_check(const struct release_verb *verb)
{
	int status = CLI_DONE;

	array_foreach(target, &verb->query.targets) {
		bool found = false;

		array_foreach(result, &verb->query.results)
			found |= target_matches(target, result);
		if (found)
			continue;
		cli_error(verb->cli, "%s: no lease", target->word);
		status = CLI_NO;
	}
	return status;
}

/* Releases the leases of each hypervisor; its outcomes are adjacent. */
static void outcomes_run(struct release_verb *verb)
{
	struct release_outcome *items = verb->outcomes.items;
	size_t count = verb->outcomes.count;

	for (size_t i = 0, next; i < count; i = next) {
		size_t host = items[i].result->host;
		const char *directory = verb->query.hypervisors.items[host].directory;

		for (next = i; next < count && items[next].result->host == host;)
			next++;
		results_release(items + i, next - i, directory,
				(unsigned int)verb->wait_s * 1000);
	}
}

static int outcomes_print(const struct release_verb *verb)
{
	struct cli *cli = verb->cli;
	struct output *output = leases_output_begin(cli, cli->format, LEASES_EVENTS);
	char text[LEASE_ADDRESS_TEXT_MAX];
	int status = CLI_DONE;

	array_foreach(outcome, &verb->outcomes) {
		leases_output(output,
			      cli->dry_run ? "found" : release_outcome_word(outcome),
			      outcome->result);
		if (cli->dry_run || outcome->state == RELEASE_CONFIRMED)
			continue;
		status = CLI_NO;
		cli_error(cli, "%s: %s",
			  lease_address_format(&outcome->result->lease.address, text),
			  outcome->state == RELEASE_FAILED
				  ? error_text(&outcome->error)
				  : release_state_text(outcome->state));
	}
	return cli_output_end(cli, output, status);
}

static int leases_release(struct release_verb *verb)
{
	int status, missing, printed;

	query_start(&verb->query, verb->cli, &verb->options, NULL);
	query_run(&verb->query, (uint64_t)time(NULL));
	query_report(&verb->query, verb->cli);
	status = query_status(&verb->query);
	missing = operands_check(verb);
	array_foreach(result, &verb->query.results) {
		if (query_selects(&verb->query, result))
			array_add(&verb->outcomes)->result = result;
	}
	if (!verb->cli->dry_run)
		outcomes_run(verb);
	printed = outcomes_print(verb);
	if (status == CLI_DONE)
		status = missing;
	return printed == CLI_DONE ? status : printed;
}

int release_verb_run(struct cli *cli)
{
	CLEANUP(verb_free)
	struct release_verb verb = {.cli = cli, .wait_s = WAIT_DEFAULT_S};
	struct error error = {0};
	int code;

	query_options_start(&verb.options);
	source_order_parse("lease", &verb.options.order, NULL);
	verb.options.filter.link_local = true;
	while ((code = cli_next(cli)) != CLI_END) {
		if (code != RELEASE_WAIT)
			query_option_take(&verb.options, cli, code);
		else if (num_parse(cli->value, 0, WAIT_MAX_S, &verb.wait_s, &error) < 0)
			cli_usage(cli, "--wait: %s", error_text(&error));
	}
	query_options_check(&verb.options, cli);
	cli_operands(cli, 1, -1);
	query_options_add_operands(&verb.options, cli);
	return leases_release(&verb);
}

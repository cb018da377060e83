/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases resolve: the addresses of what the operands name, best first. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/num.h"
#include "leases/explain.h"
#include "leases/leases_resolve.h"
#include "leases/query.h"
#include "leases/results_print.h"

enum {
	RESOLVE_WAIT = QUERY_END,
	RESOLVE_ANY,
	WAIT_MAX_S = 366 * 24 * 60 * 60,
	POLL_MS = 1000,
};

const struct cli_option resolve_options[] = {
	{'1', "first", NULL, "only the best address of each"},
	{RESOLVE_WAIT, "wait", "SECONDS", "wait until each NIC has an address"},
	{RESOLVE_ANY, "any", NULL, "wait for one NIC of each machine only"},
	QUERY_SELECTION_OPTIONS,
	{0},
};

struct resolve {
	struct cli *cli;
	struct query_options options;
	struct query query;
	struct target_wait wait;
	uint64_t wait_s;
	bool first, waits;
};

static void address_print(const struct result *result)
{
	char text[LEASE_ADDRESS_TEXT_MAX];

	puts(lease_address_format(&result->lease.address, text));
}

/* The user may rely on the first address, so a source with another one is worth a
 * warning.
 */
static void disagreement_warn(const struct cli *cli, const struct target *target,
			      const struct result *best)
{
	char text[LEASE_ADDRESS_TEXT_MAX];

	if (best->disagrees)
		cli_warn(cli, "%s: %s says %s, but %s", target->word,
			 lease_source_name(best->lease.source),
			 lease_address_format(&best->lease.address, text),
			 best->disagrees);
}

/* Adds the target's results to `all`; each address once if only addresses are printed. */
static int target_resolve(const struct resolve *resolve, const struct target *target,
			  struct result_refs *all)
{
	struct result_refs refs = {0};

	target_results(target, &resolve->query.results, &refs);
	if (!refs.count) {
		cli_error(resolve->cli, "%s: %s", target->word,
			  target->kind == TARGET_HOSTNAME
				  ? "no machine, NIC or lease has that name"
				  : "no address");
		return CLI_NO;
	}
	disagreement_warn(resolve->cli, target, refs.items[0]);
	if (!resolve->cli->format_name)
		result_refs_unique(&refs);
	if (resolve->first)
		refs.count = 1;
	array_foreach(ref, &refs)
		*array_add(all) = *ref;
	free(refs.items);
	return CLI_DONE;
}

static int targets_print(const struct resolve *resolve)
{
	int status = query_status(&resolve->query), printed = CLI_DONE;
	struct result_refs all = {0};

	array_foreach(target, &resolve->query.targets) {
		int found = target_resolve(resolve, target, &all);

		if (status == CLI_DONE)
			status = found;
	}
	if (resolve->cli->format_name)
		printed = results_print(resolve->cli, &resolve->query, &all);
	for (size_t i = 0; !resolve->cli->format_name && i < all.count; i++)
		address_print(all.items[i]);
	free(all.items);
	return printed == CLI_DONE ? status : printed;
}

static bool is_complete(const struct resolve *resolve, const struct target *target)
{
	const struct query *query = &resolve->query;
	struct result_refs refs = {0};
	bool complete;

	target_results(target, &query->results, &refs);
	complete = target_complete(target, &refs, query->machines.items,
				   query->machines.count, &resolve->wait);
	free(refs.items);
	return complete;
}

static bool all_complete(const struct resolve *resolve)
{
	array_foreach(target, &resolve->query.targets) {
		if (!is_complete(resolve, target))
			return false;
	}
	return true;
}

/* Queries until all addresses are found or the time is over; returns whether all are. */
static bool results_wait(struct resolve *resolve)
{
	struct query *query = &resolve->query;
	uint64_t end_ms = clock_ms() + resolve->wait_s * 1000;

	for (;;) {
		uint64_t next_ms = end_ms;

		query_run(query, (uint64_t)time(NULL));
		if (all_complete(resolve))
			return true;
		if (!clock_left_ms(end_ms))
			return false;
		if (query_needs_polling(query) && clock_ms() + POLL_MS < end_ms)
			next_ms = clock_ms() + POLL_MS;
		events_wait(query->events, next_ms);
	}
}

/* Explains why targets have no address. */
static void reasons_print(const struct resolve *resolve)
{
	CLEANUP(error_list_free) struct error_list reasons = {0};

	array_foreach(target, &resolve->query.targets) {
		if (!is_complete(resolve, target))
			explain_target(&resolve->query, target, &reasons);
	}
	cli_errors(resolve->cli, &reasons);
}

static int resolve_print(struct resolve *resolve)
{
	bool complete = true;
	int status;

	if (resolve->waits)
		complete = results_wait(resolve);
	else
		query_run(&resolve->query, (uint64_t)time(NULL));
	if (!complete) {
		cli_error(resolve->cli, "not all have an address after %ju s",
			  (uintmax_t)resolve->wait_s);
		resolve->cli->verbose++;
	}
	query_report(&resolve->query, resolve->cli);
	if (resolve->cli->verbose)
		reasons_print(resolve);
	status = targets_print(resolve);
	return status == CLI_DONE && !complete ? CLI_NO : status;
}

static void option_take(struct resolve *resolve, int code)
{
	struct error error = {0};

	switch (code) {
	case '1':
		resolve->first = true;
		break;
	case RESOLVE_ANY:
		resolve->wait.any = true;
		break;
	case RESOLVE_WAIT:
		resolve->waits = true;
		if (num_parse(resolve->cli->value, 0, WAIT_MAX_S, &resolve->wait_s,
			      &error) < 0)
			cli_usage(resolve->cli, "--wait: %s", error_text(&error));
		break;
	default:
		query_option_take(&resolve->options, resolve->cli, code);
	}
}

static void resolve_free(struct resolve *resolve)
{
	struct events *events = resolve->query.events;

	query_end(&resolve->query);
	events_end(events);
	query_options_free(&resolve->options);
}

int resolve_run(struct cli *cli)
{
	CLEANUP(resolve_free) struct resolve resolve = {.cli = cli};
	struct events *events = NULL;
	struct error error = {0};
	int code;

	query_options_start(&resolve.options);
	while ((code = cli_next(cli)) != CLI_END)
		option_take(&resolve, code);
	query_options_check(&resolve.options, cli);
	cli_operands(cli, 1, -1);
	query_options_add_operands(&resolve.options, cli);
	resolve.wait.network = resolve.options.filter.network;
	resolve.wait.reservations = resolve.options.order.count == 1;
	if (resolve.waits && !(events = events_start(&error))) {
		cli_error(cli, "%s", error_text(&error));
		error_free(&error);
		return CLI_SYSTEM;
	}
	query_start(&resolve.query, cli, &resolve.options, events);
	return resolve_print(&resolve);
}

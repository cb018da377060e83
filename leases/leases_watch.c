/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmango-leases watch: a line of JSON for each lease that comes, changes or goes. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "leases/lease_changes.h"
#include "leases/leases_output.h"
#include "leases/leases_watch.h"
#include "leases/query.h"

enum {
	WATCH_INITIAL = QUERY_END,
	WATCH_RENEWALS,
	POLL_MS = 2000,
};

const struct cli_option watch_options[] = {
	{WATCH_INITIAL, "initial", NULL, "print a line for each existing lease first"},
	{WATCH_RENEWALS, "renewals", NULL,
	 "print also renewals, which change only the expiry"},
	QUERY_NETWORK_OPTION,
	QUERY_DIR_OPTION,
	{0},
};

struct watch {
	struct cli *cli;
	struct query_options options;
	struct query query;
	struct events *events;
	struct result_list known;
	struct output *output;
	bool initial, renewals, complained;
};

static void watch_free(struct watch *watch)
{
	result_list_free(&watch->known);
	query_end(&watch->query);
	events_end(watch->events);
	query_options_free(&watch->options);
}

static void change_print(void *data, enum lease_change change,
			 const struct result *result)
{
	struct watch *watch = data;

	if (change != LEASE_RENEWED || watch->renewals)
		leases_output(watch->output, lease_change_word(change), result);
}

/* Moves out the leases of hypervisors that can't be reached, which are unchanged. */
static struct result_list unreached_take(struct watch *watch)
{
	struct result_list kept = {0};
	size_t rest = 0;

	array_foreach(result, &watch->known) {
		if (query_reached(&watch->query, result->host))
			watch->known.items[rest++] = *result;
		else
			*array_add(&kept) = *result;
	}
	watch->known.count = rest;
	return kept;
}

/* Reports errors when they begin, not again as long as they last. */
static void trouble_report(struct watch *watch)
{
	bool trouble = watch->query.errors.count > 0;

	if (!watch->complained || !trouble)
		query_report(&watch->query, watch->cli);
	watch->complained = trouble;
}

static void leases_look(struct watch *watch)
{
	struct query *query = &watch->query;
	struct result_list kept;

	query_run(query, (uint64_t)time(NULL));
	trouble_report(watch);
	kept = unreached_take(watch);
	lease_changes(&watch->known, &query->results, change_print, watch);
	result_list_free(&watch->known);
	watch->known = query->results;
	query->results = (struct result_list){0};
	array_foreach(result, &kept)
		*array_add(&watch->known) = *result;
	free(kept.items);
	output_flush(watch->output);
}

/* When to query without an event: at the next expiry, or if polling is needed. */
static uint64_t next_look_ms(const struct watch *watch)
{
	uint64_t now_s = (uint64_t)time(NULL), next_ms = UINT64_MAX;

	array_foreach(result, &watch->known) {
		uint64_t expires_s = result->lease.expires_s;
		uint64_t left_s = expires_s > now_s ? expires_s - now_s : 0;

		if (expires_s && left_s < INT32_MAX &&
		    clock_ms() + left_s * 1000 < next_ms)
			next_ms = clock_ms() + left_s * 1000;
	}
	if (query_needs_polling(&watch->query) && clock_ms() + POLL_MS < next_ms)
		next_ms = clock_ms() + POLL_MS;
	return next_ms;
}

static int leases_watch(struct watch *watch)
{
	struct query *query = &watch->query;

	query->keep_facts = true;
	query_run(query, (uint64_t)time(NULL));
	trouble_report(watch);
	if (!query->reached)
		return CLI_SYSTEM;
	if (watch->initial)
		array_foreach(result, &query->results)
			leases_output(watch->output, "present", result);
	watch->known = query->results;
	query->results = (struct result_list){0};
	output_flush(watch->output);
	while (!ferror(stdout)) {
		enum events_change change = events_wait(watch->events,
							next_look_ms(watch));

		if (change == EVENTS_UNREAD)
			break;
		query->keep_machines = change != EVENTS_LIBVIRT;
		leases_look(watch);
	}
	return CLI_SYSTEM;
}

int watch_run(struct cli *cli)
{
	CLEANUP(watch_free) struct watch watch = {.cli = cli};
	struct error error = {0};
	int code, status;

	query_options_start(&watch.options);
	source_order_parse("lease", &watch.options.order, NULL);
	while ((code = cli_next(cli)) != CLI_END) {
		if (code == WATCH_INITIAL)
			watch.initial = true;
		else if (code == WATCH_RENEWALS)
			watch.renewals = true;
		else
			query_option_take(&watch.options, cli, code);
	}
	query_options_check(&watch.options, cli);
	cli_operands(cli, 0, 0);
	watch.events = events_start(&error);
	if (!watch.events) {
		cli_error(cli, "%s", error_text(&error));
		error_free(&error);
		return CLI_SYSTEM;
	}
	events_add_output(watch.events, STDOUT_FILENO);
	query_start(&watch.query, cli, &watch.options, watch.events);
	watch.output = leases_output_begin(cli, OUTPUT_JSONL, LEASES_EVENTS);
	status = leases_watch(&watch);
	output_end(watch.output, NULL);
	return status;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries all hypervisors for addresses, once or again and again. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "common/parallel.h"
#include "common/virt_open.h"
#include "leases/hypervisor_ask.h"
#include "leases/hypervisor_read.h"
#include "leases/query.h"

void query_start(struct query *query, const struct cli *cli,
		 const struct query_options *options, struct events *events)
{
	query->options = options;
	query->events = events;
	query->read_only = !source_order_has(&options->order, LEASE_FROM_AGENT);
	if (!cli->uris.count)
		array_add(&query->hypervisors);
	array_foreach(uri, &cli->uris)
		array_add(&query->hypervisors)->uri = *uri;
	if (options->directory)
		hypervisor_use_directory(&query->hypervisors.items[0],
					 options->directory);
	array_foreach(hypervisor, &query->hypervisors) {
		hypervisor->network = options->filter.network;
		*array_add(&query->machines) = &hypervisor->facts.machines;
	}
}

static void connection_end(struct query *query, struct hypervisor *hypervisor)
{
	if (query->events && hypervisor->connection)
		events_remove_connection(query->events, hypervisor->connection);
	hypervisor_disconnect(hypervisor);
}

void query_end(struct query *query)
{
	array_foreach(hypervisor, &query->hypervisors) {
		connection_end(query, hypervisor);
		hypervisor_close(hypervisor);
	}
	free(query->hypervisors.items);
	free(query->unreached.items);
	free(query->machines.items);
	free(query->targets.items);
	result_list_free(&query->results);
	error_list_free(&query->errors);
}

static bool is_open(const struct hypervisor *hypervisor)
{
	return hypervisor->connection || hypervisor->directory;
}

/* Whether facts were kept, whose leases the files can update. */
static bool has_facts(const struct query *query, const struct hypervisor *hypervisor)
{
	return query->keep_facts && hypervisor->directory && hypervisor->facts.nets.count;
}

/* A hypervisor in a run. */
struct turn {
	struct query *query;
	struct hypervisor *hypervisor;
	bool is_kept; /* the connection, or that there is none */
	bool failed;
	struct error error;
	bool *found; /* of each name in the options, whether it is a machine there */
	struct error_list errors;
};

/* Events are unregistered by one thread. */
static void connection_lose(struct turn *turn)
{
	turn->is_kept = turn->query->options->directory ||
			hypervisor_is_alive(turn->hypervisor);
	if (!turn->is_kept)
		connection_end(turn->query, turn->hypervisor);
}

/* Connects if necessary, and clears old facts. Fails if there is nothing new to read. */
static void hypervisor_start(void *data, size_t i)
{
	struct turn *turn = &((struct turn *)data)[i];
	struct hypervisor *hypervisor = turn->hypervisor;
	const struct query *query = turn->query;
	bool known = has_facts(query, hypervisor);

	if (turn->is_kept) {
		hypervisor_clear(hypervisor, query->keep_machines);
		return;
	}
	if (!known)
		hypervisor_close(hypervisor);
	turn->failed = (known ? hypervisor_reconnect : hypervisor_open)(
			       hypervisor, query->read_only, &turn->error) < 0;
	if (!turn->failed && known)
		hypervisor_clear(hypervisor, false);
}

static void events_add(const struct turn *turn)
{
	struct hypervisor *hypervisor = turn->hypervisor;
	struct events *events = turn->query->events;

	if (!events || turn->failed)
		return;
	in_flight_end(&hypervisor->flight);
	if (hypervisor->connection && !turn->is_kept)
		events_add_connection(events, hypervisor->connection);
	if (hypervisor->directory)
		events_add_directory(events, hypervisor->directory);
}

static void hypervisor_run(void *data, size_t i)
{
	struct turn *turn = &((struct turn *)data)[i];
	struct hypervisor *hypervisor = turn->hypervisor;

	if (!turn->failed) {
		turn->failed = hypervisor_read(hypervisor, &turn->error) < 0;
	} else if (has_facts(turn->query, hypervisor)) {
		turn->failed = false;
		error_free(&turn->error);
		hypervisor_reread(hypervisor);
	}
}

/* The caller frees it. */
static struct turn *turns_new(struct query *query)
{
	struct turn *turns = mem_zero(query->hypervisors.count, sizeof(*turns));

	for (size_t i = 0; i < query->hypervisors.count; i++)
		turns[i] = (struct turn){.query = query,
					 .hypervisor = &query->hypervisors.items[i]};
	return turns;
}

/* How many hypervisors are opened at a time: one if it may ask the user for a password.
 */
static unsigned int limit_of(const struct query *query)
{
	array_foreach(hypervisor, &query->hypervisors) {
		if (virt_may_prompt(hypervisor->uri))
			return 1;
	}
	return PARALLEL_HOSTS;
}

static void hypervisors_run(struct query *query, struct turn *turns)
{
	size_t count = query->hypervisors.count;

	for (size_t i = 0; i < count; i++)
		connection_lose(&turns[i]);
	parallel(limit_of(query), count, hypervisor_start, turns);
	for (size_t i = 0; i < count; i++)
		events_add(&turns[i]);
	parallel(PARALLEL_HOSTS, count, hypervisor_run, turns);
	for (size_t i = 0; i < count; i++) {
		*array_add(&query->unreached) = turns[i].failed;
		query->reached += !turns[i].failed;
		if (turns[i].failed)
			error_list_take(&query->errors, &turns[i].error);
	}
}

static void names_look(void *data, size_t i)
{
	const struct turn *turn = data;
	const struct query_options *options = turn->query->options;

	(void)i;
	for (size_t at = 0; at < options->names.count; at++)
		turn->found[at] = hypervisor_find_machine(turn->hypervisor,
							  options->names.items[at]);
}

static void names_find(void *data, size_t i)
{
	struct turn *turn = &((struct turn *)data)[i];

	if (is_open(turn->hypervisor))
		in_flight(&turn->hypervisor->flight, 1, names_look, turn);
}

/* Whether all names are those of machines. */
static bool names_are_machines(const struct query *query, struct turn *turns)
{
	size_t names = query->options->names.count, count = query->hypervisors.count;
	CLEANUP(free_ptr) bool *found = mem_zero(names * count, sizeof(*found));
	bool all = true;

	for (size_t i = 0; i < count; i++)
		turns[i].found = &found[i * names];
	parallel(PARALLEL_HOSTS, count, names_find, turns);
	for (size_t at = 0; at < names; at++) {
		bool any = false;

		for (size_t i = 0; i < count; i++)
			any = any || found[i * names + at];
		all = all && any;
	}
	return all;
}

static void machines_read(void *data, size_t i)
{
	struct turn *turn = &((struct turn *)data)[i];
	struct hypervisor *hypervisor = turn->hypervisor;

	if (is_open(hypervisor) && !hypervisor->facts.has_machines &&
	    !(turn->failed && !hypervisor_is_alive(hypervisor)))
		hypervisor_read_machines(hypervisor, &turn->errors);
}

/* Reads the machines that are named, or all machines if a name is not a machine's. */
static void machines_find(struct query *query, struct turn *turns)
{
	const struct query_options *options = query->options;
	size_t count = query->hypervisors.count;

	/* A name that a client sends is used only if no machine has it. */
	if (names_are_machines(query, turns) && options->names.count &&
	    !options->guest_names)
		return;
	parallel(PARALLEL_HOSTS, count, machines_read, turns);
	for (size_t i = 0; i < count; i++)
		error_list_append(&query->errors, &turns[i].errors);
}

static void targets_make(struct query *query)
{
	query->targets.count = 0;
	array_foreach(name, &query->options->names)
		*array_add(&query->targets) = target_make(*name, query->machines.items,
							  query->machines.count);
}

static bool machine_is_selected(const struct query *query, size_t host,
				const struct machine *machine)
{
	array_foreach(target, &query->targets) {
		if (target_matches_machine(target, host, machine))
			return true;
	}
	return !query->targets.count;
}

/* The data of lease_is_wanted(). */
struct query_host {
	const struct query *query;
	size_t host;
};

static bool lease_is_wanted(const void *data, const struct lease *lease,
			    const struct machine *machine)
{
	const struct query_host *host = data;

	array_foreach(target, &host->query->targets) {
		if (target_matches_lease(target, host->host, lease,
					 machine ? machine->name : NULL))
			return true;
	}
	return false;
}

struct question {
	struct query *query;
	struct error error;
};

static void hypervisor_question(void *data, size_t i)
{
	struct question *question = &((struct question *)data)[i];
	const struct query *query = question->query;
	struct hypervisor *hypervisor = &query->hypervisors.items[i];
	const struct machine_list *machines = &hypervisor->facts.machines;
	CLEANUP(free_ptr)
	bool *selected = mem_zero(machines->count, sizeof(*selected));

	for (size_t at = 0; at < machines->count; at++)
		selected[at] = machine_is_selected(query, i, &machines->items[at]);
	hypervisor_ask(hypervisor, selected, &query->options->order,
		       query->options->script, &question->error);
}

static void hypervisors_question(struct query *query)
{
	size_t count = query->hypervisors.count;
	CLEANUP(free_ptr)
	struct question *questions = mem_zero(count, sizeof(*questions));

	for (size_t i = 0; i < count; i++)
		questions[i].query = query;
	parallel(PARALLEL_HOSTS, count, hypervisor_question, questions);
	for (size_t i = 0; i < count; i++) {
		/* What it has not answered any more is not gone. */
		query->unreached.items[i] |= hypervisor_is_lost(
			&query->hypervisors.items[i]);
		if (questions[i].error.message)
			error_list_take_once(&query->errors, &questions[i].error);
	}
}

static void results_collect(struct query *query, uint64_t now_s)
{
	const struct query_options *options = query->options;

	hypervisors_question(query);
	array_foreach(hypervisor, &query->hypervisors) {
		const struct query_host host = {
			query, (size_t)(hypervisor - query->hypervisors.items)};
		struct result_input input = {
			.hypervisor = hypervisor->uri,
			.host = host.host,
			.wanted = query->targets.count ? lease_is_wanted : NULL,
			.wanted_data = &host,
			.nets = &hypervisor->facts.nets,
			.machines = &hypervisor->facts.machines,
			.leases = &hypervisor->facts.leases,
			.others = &hypervisor->facts.others,
			.now_s = now_s,
		};

		results_add(&query->results, &input, &options->order, &options->filter);
	}
	results_finish(&query->results);
}

/* A network that no hypervisor has is an error. The files alone do not show all networks.
 */
static void network_check(struct query *query)
{
	const char *network = query->options->filter.network;
	bool known = false;

	if (!network)
		return;
	array_foreach(hypervisor, &query->hypervisors)
		known |= !hypervisor->connection || hypervisor->facts.problems.count ||
			 query->unreached.items[hypervisor - query->hypervisors.items] ||
			 net_find(&hypervisor->facts.nets, network);
	if (!known)
		error_list_add(&query->errors, "network %s: not found", network);
}

static void hypervisors_read(struct query *query)
{
	CLEANUP(free_ptr) struct turn *turns = turns_new(query);

	result_list_free(&query->results);
	error_list_free(&query->errors);
	query->reached = 0;
	query->unreached.count = 0;
	hypervisors_run(query, turns);
	network_check(query);
	machines_find(query, turns);
	targets_make(query);
}

static void flights_end(struct query *query)
{
	array_foreach(hypervisor, &query->hypervisors)
		in_flight_end(&hypervisor->flight);
}

void query_read(struct query *query)
{
	hypervisors_read(query);
	flights_end(query);
}

void query_run(struct query *query, uint64_t now_s)
{
	hypervisors_read(query);
	results_collect(query, now_s);
	flights_end(query);
}

bool query_reached(const struct query *query, size_t host)
{
	return !query->unreached.items[host];
}

bool query_selects(const struct query *query, const struct result *result)
{
	array_foreach(target, &query->targets) {
		if (target_matches(target, result))
			return true;
	}
	return !query->targets.count;
}

void query_report(const struct query *query, const struct cli *cli)
{
	cli_errors(cli, &query->errors);
	array_foreach(hypervisor, &query->hypervisors) {
		cli_warnings(cli, &hypervisor->facts.problems);
		if (cli->verbose)
			cli_errors(cli, &hypervisor->facts.notes);
	}
}

bool query_needs_polling(const struct query *query)
{
	const struct source_order *order = &query->options->order;
	/* Only leases are in files, and reservations have no events. */
	bool asks = order->count > 1 || !source_order_has(order, LEASE_FROM_LEASE);

	if (query->options->directory)
		return query->options->script;
	array_foreach(hypervisor, &query->hypervisors) {
		if (asks || !hypervisor->directory || !hypervisor_is_alive(hypervisor))
			return true;
	}
	return false;
}

int query_status(const struct query *query)
{
	if (!query->reached)
		return CLI_SYSTEM;
	return query->errors.count ? CLI_NO : CLI_DONE;
}

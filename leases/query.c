/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries all hypervisors for addresses, once or again and again. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
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

/* Connects if necessary, and clears old facts. Fails if there is nothing new to read. */
static int hypervisor_start(struct query *query, struct hypervisor *hypervisor,
			    struct error *error)
{
	bool known = has_facts(query, hypervisor);

	if (query->options->directory || hypervisor_is_alive(hypervisor)) {
		hypervisor_facts_clear(&hypervisor->facts, query->keep_machines);
		return 0;
	}
	connection_end(query, hypervisor);
	if (!known)
		hypervisor_close(hypervisor);
	if ((known ? hypervisor_reconnect : hypervisor_open)(hypervisor, query->read_only,
							     error) < 0)
		return -1;
	if (known)
		hypervisor_facts_clear(&hypervisor->facts, false);
	if (query->events && hypervisor->connection)
		events_add_connection(query->events, hypervisor->connection);
	return 0;
}

static int hypervisor_run(struct query *query, struct hypervisor *hypervisor,
			  struct error *error)
{
	if (hypervisor_start(query, hypervisor, error) < 0) {
		if (!has_facts(query, hypervisor))
			return -1;
		error_free(error);
		hypervisor_reread(hypervisor);
		return 0;
	}
	if (query->events && hypervisor->directory)
		events_add_directory(query->events, hypervisor->directory);
	return hypervisor_read(hypervisor, error);
}

/* Reads the machines that are named, or all machines if a name is not a machine's. */
static void machines_find(struct query *query)
{
	const struct query_options *options = query->options;
	/* A name that a client sends is used only if no machine has it. */
	bool all = !options->names.count || options->guest_names;

	array_foreach(name, &options->names) {
		bool found = false;

		array_foreach(hypervisor, &query->hypervisors)
			found |= is_open(hypervisor) &&
				 hypervisor_find_machine(hypervisor, *name);
		all |= !found;
	}
	if (!all)
		return;
	array_foreach(hypervisor, &query->hypervisors) {
		struct error error = {0};

		if (is_open(hypervisor) && !hypervisor->facts.has_machines &&
		    hypervisor_read_machines(hypervisor, &error) < 0)
			error_list_take(&query->errors, &error);
	}
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

static void results_collect(struct query *query, uint64_t now_s)
{
	const struct query_options *options = query->options;

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

		array_foreach(machine, &hypervisor->facts.machines) {
			if (machine_is_selected(query, input.host, machine))
				hypervisor_ask(hypervisor, machine, &options->order,
					       options->script);
		}
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
		known |= !hypervisor->connection ||
			 net_find(&hypervisor->facts.nets, network);
	if (!known)
		error_list_add(&query->errors, "network %s: not found", network);
}

void query_read(struct query *query)
{
	result_list_free(&query->results);
	error_list_free(&query->errors);
	query->reached = 0;
	query->unreached.count = 0;
	array_foreach(hypervisor, &query->hypervisors) {
		CLEANUP(error_free) struct error error = {0};
		bool failed = hypervisor_run(query, hypervisor, &error) < 0;

		*array_add(&query->unreached) = failed;
		query->reached += !failed;
		if (failed)
			error_list_take(&query->errors, &error);
	}
	network_check(query);
	machines_find(query);
	targets_make(query);
}

void query_run(struct query *query, uint64_t now_s)
{
	query_read(query);
	results_collect(query, now_s);
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

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All answers of all hypervisors to one request. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "leases/query.h"

void gathering_start(struct gathering *gathering, const struct cli *cli,
		     const struct request *request, struct events *events)
{
	gathering->request = request;
	gathering->events = events;
	gathering->read_only = !source_order_has(&request->order, LEASE_FROM_AGENT);
	if (!cli->uris.count)
		array_add(&gathering->surveys);
	array_foreach(uri, &cli->uris)
		array_add(&gathering->surveys)->uri = *uri;
	if (request->directory)
		survey_open_directory(&gathering->surveys.items[0], request->directory);
	array_foreach(survey, &gathering->surveys) {
		survey->network = request->filter.network;
		*array_add(&gathering->machines) = &survey->machines;
	}
}

static void connection_end(struct gathering *gathering, struct survey *survey)
{
	if (gathering->events && survey->connection)
		events_remove_connection(gathering->events, survey->connection);
	survey_disconnect(survey);
}

void gathering_end(struct gathering *gathering)
{
	array_foreach(survey, &gathering->surveys) {
		connection_end(gathering, survey);
		survey_close(survey);
	}
	free(gathering->surveys.items);
	free(gathering->unreached.items);
	free(gathering->machines.items);
	free(gathering->targets.items);
	answer_list_free(&gathering->answers);
	error_list_free(&gathering->errors);
}

static bool is_open(const struct survey *survey)
{
	return survey->connection || survey->directory;
}

/* What is known of a hypervisor that is not there, and whose files are. */
static bool is_known(const struct gathering *gathering, const struct survey *survey)
{
	return gathering->patient && survey->directory && survey->nets.count;
}

/* Connects if need be; tells whether there is something new to be read. */
static int survey_start(struct gathering *gathering, struct survey *survey,
			struct error *error)
{
	bool known = is_known(gathering, survey);

	if (gathering->request->directory || survey_is_alive(survey)) {
		survey_clear(survey, gathering->keep_machines);
		return 0;
	}
	connection_end(gathering, survey);
	if (!known)
		survey_close(survey);
	if ((known ? survey_reconnect : survey_open)(survey, gathering->read_only,
						     error) < 0)
		return -1;
	if (known)
		survey_clear(survey, false);
	if (gathering->events && survey->connection)
		events_add_connection(gathering->events, survey->connection);
	return 0;
}

static int survey_run(struct gathering *gathering, struct survey *survey,
		      struct error *error)
{
	if (survey_start(gathering, survey, error) < 0) {
		if (!is_known(gathering, survey))
			return -1;
		error_free(error);
		survey_reread(survey);
		return 0;
	}
	if (gathering->events && survey->directory)
		events_add_directory(gathering->events, survey->directory);
	return survey_read(survey, error);
}

/* Machines by their names, or all of them when a name is that of no machine. */
static void machines_find(struct gathering *gathering)
{
	const struct request *request = gathering->request;
	/* A guest's name must not be that of any machine. */
	bool all = !request->names.count || request->guest_names;

	array_foreach(name, &request->names) {
		bool found = false;

		array_foreach(survey, &gathering->surveys)
			found |= is_open(survey) && survey_find_machine(survey, *name);
		all |= !found;
	}
	if (!all)
		return;
	array_foreach(survey, &gathering->surveys) {
		struct error error = {0};

		if (is_open(survey) && !survey->has_machines &&
		    survey_read_machines(survey, &error) < 0)
			error_list_take(&gathering->errors, &error);
	}
}

static void targets_make(struct gathering *gathering)
{
	gathering->targets.count = 0;
	array_foreach(name, &gathering->request->names)
		*array_add(&gathering->targets) = target_make(
			*name, gathering->machines.items, gathering->machines.count);
}

static bool is_meant(const struct gathering *gathering, size_t host,
		     const struct machine *machine)
{
	array_foreach(target, &gathering->targets) {
		if (target_means(target, host, machine))
			return true;
	}
	return !gathering->targets.count;
}

/* A hypervisor of a gathering, for lease_is_wanted(). */
struct gathering_host {
	const struct gathering *gathering;
	size_t host;
};

static bool lease_is_wanted(const void *data, const struct lease *lease,
			    const struct machine *machine)
{
	const struct gathering_host *host = data;

	array_foreach(target, &host->gathering->targets) {
		if (target_takes_lease(target, host->host, lease,
				       machine ? machine->name : NULL))
			return true;
	}
	return false;
}

static void answers_gather(struct gathering *gathering, uint64_t now_s)
{
	const struct request *request = gathering->request;

	array_foreach(survey, &gathering->surveys) {
		const struct gathering_host host = {
			gathering, (size_t)(survey - gathering->surveys.items)};
		struct answer_input input = {
			.hypervisor = survey->uri,
			.host = host.host,
			.wanted = gathering->targets.count ? lease_is_wanted : NULL,
			.wanted_data = &host,
			.nets = &survey->nets,
			.machines = &survey->machines,
			.leases = &survey->leases,
			.others = &survey->others,
			.now_s = now_s,
		};

		array_foreach(machine, &survey->machines) {
			if (is_meant(gathering, input.host, machine))
				survey_ask(survey, machine, &request->order,
					   request->script);
		}
		answers_add(&gathering->answers, &input, &request->order,
			    &request->filter);
	}
	answers_finish(&gathering->answers);
}

/* A network that nobody has is a mistake; files alone do not tell all of them. */
static void network_check(struct gathering *gathering)
{
	const char *network = gathering->request->filter.network;
	bool known = false;

	if (!network)
		return;
	array_foreach(survey, &gathering->surveys)
		known |= !survey->connection || net_find(&survey->nets, network);
	if (!known)
		error_list_add(&gathering->errors, "network %s: not found", network);
}

void gathering_read(struct gathering *gathering)
{
	answer_list_free(&gathering->answers);
	error_list_free(&gathering->errors);
	gathering->reached = 0;
	gathering->unreached.count = 0;
	array_foreach(survey, &gathering->surveys) {
		struct error error = {0};
		bool failed = survey_run(gathering, survey, &error) < 0;

		*array_add(&gathering->unreached) = failed;
		gathering->reached += !failed;
		if (failed)
			error_list_take(&gathering->errors, &error);
	}
	network_check(gathering);
	machines_find(gathering);
	targets_make(gathering);
}

void gathering_run(struct gathering *gathering, uint64_t now_s)
{
	gathering_read(gathering);
	answers_gather(gathering, now_s);
}

bool gathering_reached(const struct gathering *gathering, size_t host)
{
	return !gathering->unreached.items[host];
}

void gathering_report(const struct gathering *gathering, const struct cli *cli)
{
	cli_errors(cli, &gathering->errors);
	array_foreach(survey, &gathering->surveys) {
		cli_warnings(cli, &survey->problems);
		if (cli->verbose)
			cli_errors(cli, &survey->notes);
	}
}

bool gathering_needs_polling(const struct gathering *gathering)
{
	const struct source_order *order = &gathering->request->order;
	/* Leases alone are in files, and no event tells of reservations. */
	bool asks = order->count > 1 || !source_order_has(order, LEASE_FROM_LEASE);

	if (gathering->request->directory)
		return gathering->request->script;
	array_foreach(survey, &gathering->surveys) {
		if (asks || !survey->directory || !survey_is_alive(survey))
			return true;
	}
	return false;
}

int gathering_status(const struct gathering *gathering)
{
	if (!gathering->reached)
		return CLI_SYSTEM;
	return gathering->errors.count ? CLI_NO : CLI_DONE;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Queries all hypervisors for addresses, once or again and again. */
#ifndef LEASES_QUERY_H
#define LEASES_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cli.h"
#include "leases/events.h"
#include "leases/hypervisor.h"
#include "leases/query_options.h"
#include "leases/resolve.h"
#include "leases/result.h"

/* query_start() fills a zeroed one, query_end() frees it. */
struct query {
	const struct query_options *options;
	struct events *events; /* borrowed; NULL: the caller does not wait for changes */
	ARRAY(struct hypervisor)
	hypervisors;	       /* one for each --connect, or the default one */
	ARRAY(bool) unreached; /* of each hypervisor, in the last run */
	ARRAY(const struct machine_list *) machines; /* of each hypervisor */
	ARRAY(struct target) targets; /* of the names in `options`, in their order */
	struct result_list results;
	struct error_list errors; /* of the last run: why results may be missing */
	size_t reached;		  /* number of hypervisors that were reached */
	bool read_only;
	bool keep_facts; /* set by the caller: facts about a hypervisor stay when it can't
			    be reached, with leases updated from its files */
	bool keep_machines; /* set by the caller: machines are not read again by the next
			       run */
};

/*
 * Prepares a query; everything is borrowed, and no hypervisor is asked yet. With `events`
 * each connection and directory is watched before it is read; query_end() must then be
 * called before events_end().
 */
void query_start(struct query *query, const struct cli *cli,
		 const struct query_options *options, struct events *events);
void query_end(struct query *query);

/* Does the first half of query_run(): reads networks, leases and machines. */
void query_read(struct query *query);

/*
 * Connects to all hypervisors that are not connected, reads them, and replaces the
 * results of an earlier run. Sources that need a call for each machine are asked only
 * about machines that the options name. Leases that expire by `now_s` are left out.
 */
void query_run(struct query *query, uint64_t now_s);

/* Whether the last run reached hypervisor number `host`, or kept its facts. */
bool query_reached(const struct query *query, size_t host);

/* Whether the options name the result, or name nothing. */
bool query_selects(const struct query *query, const struct result *result);

/* Prints errors, warnings and, with --verbose, notes of the last run. */
void query_report(const struct query *query, const struct cli *cli);

/*
 * Whether results can change without an event: by a hypervisor that is not reached,
 * leases on another host, reservations, agents, ARP tables or scripts.
 */
bool query_needs_polling(const struct query *query);

/*
 * The exit status unless something else fails: CLI_SYSTEM when no hypervisor was reached,
 * CLI_NO when some were not, else CLI_DONE.
 */
int query_status(const struct query *query);

#endif

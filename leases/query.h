/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All results of all hypervisors to one options. */
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

/* query_start() makes one, query_end() releases it. */
struct query {
	const struct query_options *options;
	struct events *events; /* NULL: nobody waits */
	ARRAY(struct hypervisor)
	hypervisors;	       /* one for each --connect, or the default one */
	ARRAY(bool) unreached; /* of each hypervisor, in the last run */
	ARRAY(const struct machine_list *) machines; /* of each hypervisor */
	ARRAY(struct target) targets; /* of the options's names, in their order */
	struct result_list results;
	struct error_list errors; /* of the last run: why it does not tell all */
	size_t reached;		  /* hypervisors that could be */
	bool read_only;
	bool patient;	    /* a hypervisor that goes away is as it was last seen, but for
			       the leases that its files show */
	bool keep_machines; /* for the next run: they are known to be the same */
};

/*
 * Borrows all. No hypervisor is asked yet. With `events` everything that is asked is also
 * watched from before it is; the query has then to end before they do.
 */
void query_start(struct query *query, const struct cli *cli,
		 const struct query_options *options, struct events *events);
void query_end(struct query *query);

/* The first half of query_run(): reads networks, leases and machines. */
void query_read(struct query *query);

/*
 * Asks all hypervisors, connecting to those that are not connected, and replaces what an
 * earlier run has found. Of machines that the options does not name nothing is asked that
 * costs a call for each. `now_s` is the time that leases are measured by.
 */
void query_run(struct query *query, uint64_t now_s);

/* Whether the last run could ask hypervisor number `host`, or is patient with it. */
bool query_reached(const struct query *query, size_t host);

/* Prints errors, warnings and, with --verbose, notes of the last run. */
void query_report(const struct query *query, const struct cli *cli);

/*
 * Whether something that is asked for can change without an event: a hypervisor that is
 * not reached, leases of another host, reservations, agents, ARP tables, scripts.
 */
bool query_needs_polling(const struct query *query);

/*
 * What is to be returned with nothing else gone wrong: CLI_SYSTEM when no hypervisor
 * could be asked, CLI_NO when some could not.
 */
int query_status(const struct query *query);

#endif

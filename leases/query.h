/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All answers of all hypervisors to one request. */
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

/* gathering_start() makes one, gathering_end() releases it. */
struct gathering {
	const struct request *request;
	struct events *events;	      /* NULL: nobody waits */
	ARRAY(struct survey) surveys; /* one for each --connect, or the default one */
	ARRAY(bool) unreached;	      /* of each survey, in the last run */
	ARRAY(const struct machine_list *) machines; /* of each survey */
	ARRAY(struct target) targets; /* of the request's names, in their order */
	struct answer_list answers;
	struct error_list errors; /* of the last run: why it does not tell all */
	size_t reached;		  /* hypervisors that could be */
	bool read_only;
	bool patient;	    /* a hypervisor that goes away is as it was last seen, but for
			       the leases that its files show */
	bool keep_machines; /* for the next run: they are known to be the same */
};

/*
 * Borrows all. No hypervisor is asked yet. With `events` everything that is asked is also
 * watched from before it is; the gathering has then to end before they do.
 */
void gathering_start(struct gathering *gathering, const struct cli *cli,
		     const struct request *request, struct events *events);
void gathering_end(struct gathering *gathering);

/* The first half of gathering_run(): reads networks, leases and machines. */
void gathering_read(struct gathering *gathering);

/*
 * Asks all hypervisors, connecting to those that are not connected, and replaces what an
 * earlier run has found. Of machines that the request does not name nothing is asked that
 * costs a call for each. `now_s` is the time that leases are measured by.
 */
void gathering_run(struct gathering *gathering, uint64_t now_s);

/* Whether the last run could ask hypervisor number `host`, or is patient with it. */
bool gathering_reached(const struct gathering *gathering, size_t host);

/* Prints errors, warnings and, with --verbose, notes of the last run. */
void gathering_report(const struct gathering *gathering, const struct cli *cli);

/*
 * Whether something that is asked for can change without an event: a hypervisor that is
 * not reached, leases of another host, reservations, agents, ARP tables, scripts.
 */
bool gathering_needs_polling(const struct gathering *gathering);

/*
 * What is to be returned with nothing else gone wrong: CLI_SYSTEM when no hypervisor
 * could be asked, CLI_NO when some could not.
 */
int gathering_status(const struct gathering *gathering);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a probe on a bridge says about the network, with what was found to be the cause.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>

#include "common/cleanup.h"
#include "provision/doctor/probe_checks.h"

/* The first problem that explains it; NULL if none does. */
static const struct forwarding_problem *culprit_find(
	const struct forwarding_problems *problems, bool of_dhcp)
{
	array_foreach(problem, problems) {
		if (of_dhcp ? problem->stops_dhcp : problem->stops_others)
			return problem;
	}
	return NULL;
}

/* With the cause and its remedy, if it is known. Takes `detail`. */
static void failure_add(struct doctor_report *report, enum doctor_kind kind,
			const struct forwarding_problem *culprit, char *detail)
{
	CLEANUP(free_ptr) char *owned = detail;

	if (culprit)
		doctor_problem_add(report, kind, mem_string(culprit->advice), "%s: %s",
				   owned, culprit->detail);
	else
		doctor_problem(report, kind, NULL, "%s", owned);
}

void doctor_check_probe(struct doctor_report *report, const char *bridge,
			const struct in_addr *outside, const struct bridge_probe *probe,
			const struct forwarding_problems *problems)
{
	char offered[INET_ADDRSTRLEN], neighbour[INET_ADDRSTRLEN];
	char server[INET_ADDRSTRLEN], beyond[INET_ADDRSTRLEN] = "";

	inet_ntop(AF_INET, &probe->offer.address, offered, sizeof(offered));
	inet_ntop(AF_INET, &probe->offer.server, server, sizeof(server));
	inet_ntop(AF_INET, &probe->neighbour, neighbour, sizeof(neighbour));
	if (outside)
		inet_ntop(AF_INET, outside, beyond, sizeof(beyond));
	if (!probe->has_offer)
		failure_add(report, DOCTOR_PROBE_SILENT, culprit_find(problems, true),
			    mem_format("no DHCP server answers on %s within %u s", bridge,
				       probe->waited_s));
	else if (!probe->neighbour_replies)
		failure_add(report, DOCTOR_PROBE_ROUTER, culprit_find(problems, false),
			    mem_format("%s offers %s on %s, but %s does not reply to "
				       "pings from there",
				       server, offered, bridge, neighbour));
	else if (probe->outside_was_tried && !probe->outside_replies)
		failure_add(report, DOCTOR_PROBE_OUTSIDE, culprit_find(problems, false),
			    mem_format("%s does not reply to pings from %s on %s, as it "
				       "does to this machine's",
				       beyond, offered, bridge));
	else
		doctor_ok(report, doctor_kind_check(DOCTOR_PROBE_SILENT),
			  "%s offers %s on %s, from where %s%s%s replies to pings",
			  server, offered, bridge, neighbour,
			  probe->outside_was_tried ? " and " : "",
			  probe->outside_was_tried ? beyond : "");
}

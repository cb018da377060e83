/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handles the hook's events: decides whether a guest's leases are released, and releases
 * them. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "hooks/domain_nics.h"
#include "hooks/domain_status.h"
#include "hooks/guest_leases.h"
#include "hooks/input.h"
#include "hooks/monitor.h"
#include "hooks/policy.h"
#include "hooks/qemu_log.h"
#include "hooks/report.h"
#include "hooks/stop_note.h"
#include "leases/network_conf.h"
#include "leases/release.h"
#include "leases/xml_walk.h"

/* Time before the deadline at which to stop reading and waiting: the rest of the work
 * takes time as well. */
enum { INPUT_RESERVE_MS = 900, WAIT_RESERVE_MS = 100 };

static struct policy policy_load(const char *path, const char *guest)
{
	CLEANUP(error_list_free) struct error_list errors = {0};
	struct policy policy = policy_default();

	if (policy_read(path, &policy, &errors) < 0) {
		report_problems(guest, &errors);
		report_problem(guest, "%s is not heeded", path);
	}
	return policy;
}

/* The name becomes part of paths. */
static bool name_check(const char *guest)
{
	if (!strchr(guest, '/'))
		return true;
	report_problem(guest, "not a guest's name, leases kept");
	return false;
}

static bool save_exists(const char *directory, const char *guest)
{
	CLEANUP(free_ptr) char *path = mem_format("%s/%s.save", directory, guest);

	return access(path, F_OK) == 0;
}

/* What is known about a stop. */
struct stop {
	const char *reason;
	enum presence presence;	 /* from the note of `stopped` */
	struct qemu_log_run run; /* read only if reason and presence do not decide */
	struct error log_error;	 /* why `run` is empty */
};

static void stop_free(struct stop *stop)
{
	error_free(&stop->log_error);
}

/* libvirt before 10.5 gives no reason but "-"; then the log has it. */
static void stop_read(const struct monitor_places *places, const char *guest,
		      struct stop *stop)
{
	bool has_reason = strcmp(stop->reason, "-") != 0;
	bool decided;

	stop->presence = stop_note_take(places->notes, guest, clock_ms());
	decided = stop->presence == PRESENCE_AWAY ||
		  (stop->presence == PRESENCE_HERE &&
		   reason_parse(stop->reason) != REASON_FAILED);
	if (has_reason && decided)
		return;
	if (qemu_log_read(places->logs, guest, &stop->run, &stop->log_error) == 0 &&
	    !has_reason && !stop->run.reason[0])
		error_set(&stop->log_error, "%s/%s.log: no reason of the stop",
			  places->logs, guest);
	if (!has_reason && stop->log_error.message)
		report_problem(guest, "%s", error_text(&stop->log_error));
	if (!has_reason)
		stop->reason = stop->run.reason[0] ? stop->run.reason : "unknown";
}

/*
 * Whether the guest may continue to run on another host with these leases: its migration
 * to here or from here was not finished, or it failed to start after it had migrated
 * away.
 */
static bool may_run_elsewhere(const struct stop *stop)
{
	if (reason_parse(stop->reason) == REASON_FAILED &&
	    reason_parse(stop->run.before) == REASON_MIGRATED)
		return true;
	if (stop->presence == PRESENCE_UNKNOWN)
		return !stop->run.started || stop->run.incoming;
	return stop->presence == PRESENCE_AWAY;
}

/* Whether the leases will be released; if not, reports why. */
static bool releases_decide(const struct monitor_places *places,
			    const struct policy *policy, const char *guest,
			    const char *reason)
{
	CLEANUP(stop_free) struct stop stop = {.reason = reason};
	const char *why = "";

	if (!name_check(guest))
		return false;
	stop_read(places, guest, &stop);
	if (policy_releases(policy, reason_parse(stop.reason),
			    save_exists(places->saves, guest))) {
		if (!may_run_elsewhere(&stop))
			return true;
		if (stop.presence == PRESENCE_UNKNOWN && stop.log_error.message)
			report_problem(guest, "%s", error_text(&stop.log_error));
		why = ", may run on another host";
	}
	report_action(guest, "stopped (%s)%s, leases kept", stop.reason, why);
	return false;
}

static int nics_read(uint64_t until_ms, struct nic_list *nics,
		     struct error_list *problems, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {0};

	if (input_read(STDIN_FILENO, XML_WALK_SIZE_MAX, until_ms, &text, error) < 0)
		return error_context(error, "standard input");
	return domain_nics_parse(buf_text(&text), text.size, nics, problems, error);
}

static void release_report(const char *guest, const struct release *release)
{
	const struct lease *lease = release->lease;
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX], id[LEASE_ID_TEXT_MAX];
	CLEANUP(free_ptr) char *what = NULL;

	what = mem_format("%s (%s%s%s) on %s: %s",
			  lease_address_format(&lease->address, address),
			  mac_format(lease->mac, mac), lease->client_id.size ? ", " : "",
			  lease_id_format(&lease->client_id, id), release->file->bridge,
			  release_state_text(release->state));
	if (release->state == RELEASE_FAILED)
		report_problem(guest, "%s: %s", what, error_text(&release->error));
	else if (release->state == RELEASE_CONFIRMED)
		report_action(guest, "%s", what);
	else
		report_problem(guest, "%s", what);
}

static void leases_release(const char *guest, const struct guest_leases *found,
			   unsigned int wait_ms)
{
	size_t count = found->leases.count;
	CLEANUP(free_ptr) struct release *releases = mem_zero(count, sizeof(*releases));

	for (size_t i = 0; i < count; i++) {
		releases[i].lease = &found->leases.items[i];
		releases[i].file = guest_leases_file(found, releases[i].lease->bridge);
	}
	release_run(releases, count, wait_ms);
	for (size_t i = 0; i < count; i++) {
		release_report(guest, &releases[i]);
		release_free(&releases[i]);
	}
}

void monitor_stopped(const struct monitor_places *places, const char *guest)
{
	CLEANUP(error_free) struct error error = {0};
	enum presence presence = PRESENCE_UNKNOWN;

	if (!name_check(guest))
		return;
	if (domain_status_read(places->status, guest, &presence, &error) < 0)
		report_problem(guest, "%s", error_text(&error));
	error_free(&error);
	if (stop_note_write(places->notes, guest, presence, clock_ms(), &error) < 0)
		report_problem(guest, "%s", error_text(&error));
}

void monitor_release(const struct monitor_places *places, const char *guest,
		     const char *reason, uint64_t until_ms)
{
	CLEANUP(nic_list_free) struct nic_list nics = {0};
	CLEANUP(guest_leases_free) struct guest_leases found = {0};
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(error_free) struct error error = {0};
	struct policy policy = policy_load(places->config, guest);
	unsigned int left_ms;

	if (!releases_decide(places, &policy, guest, reason))
		return;
	if (nics_read(until_ms - INPUT_RESERVE_MS, &nics, &problems, &error) < 0) {
		report_problem(guest, "%s", error_text(&error));
		return;
	}
	guest_leases_find(places->leases, places->networks, &nics, &found, &problems);
	report_problems(guest, &problems);
	left_ms = (unsigned int)clock_left_ms(until_ms - WAIT_RESERVE_MS);
	if (found.leases.count)
		leases_release(guest, &found,
			       policy.wait_ms < left_ms ? policy.wait_ms : left_ms);
	else if (found.files.count)
		report_action(guest, "no lease to release");
}

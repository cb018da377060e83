/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a domain does, as far as it matters to its twin on another hypervisor. */
#include <libvirt/libvirt.h>

#include "provision/plan/plan_twins.h"
#include "tests/unit/tap.h"

static void is(int state, int reason, int job, enum twin_state expected, const char *what)
{
	tap_number(twin_state_of(state, reason, job), expected, "%s", what);
}

int main(void)
{
	const int none = VIR_DOMAIN_JOB_NONE;

	is(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED, none, TWIN_RUNS, "runs");
	is(VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_MIGRATED, none, TWIN_OFF, "migrated");
	is(VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_UNKNOWN, none, TWIN_OFF, "crashed");
	is(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER, none, TWIN_RUNS,
	   "paused by a user");
	is(VIR_DOMAIN_PMSUSPENDED, 0, none, TWIN_RUNS, "suspended");
	is(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION, none, TWIN_MIGRATES,
	   "waits on the target");
	is(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_STARTING_UP, none, TWIN_MIGRATES,
	   "begins on the target");
	is(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_POSTCOPY_FAILED, none, TWIN_MIGRATES,
	   "half of it is on either side");
	is(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_POSTCOPY, none, TWIN_MIGRATES,
	   "its memory follows");
	is(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED, VIR_DOMAIN_JOB_UNBOUNDED,
	   TWIN_MIGRATES, "has a job under way");
	is(VIR_DOMAIN_NOSTATE, 0, none, TWIN_UNKNOWN, "has no state");
	is(1000, 0, none, TWIN_UNKNOWN, "a state of a later libvirt");
	return tap_done();
}

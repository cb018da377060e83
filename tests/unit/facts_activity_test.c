/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a domain does, as far as it matters to its twin on another hypervisor. */
#include <libvirt/libvirt.h>

#include "provision/host/facts_read.h"
#include "tests/unit/tap.h"

static void is(int state, int reason, int job, enum facts_activity expected,
	       const char *what)
{
	tap_number(facts_activity_of(state, reason, job), expected, "%s", what);
}

int main(void)
{
	const int none = VIR_DOMAIN_JOB_NONE;

	is(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED, none, FACTS_RUNS, "runs");
	is(VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_MIGRATED, none, FACTS_OFF, "migrated");
	is(VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_UNKNOWN, none, FACTS_OFF, "crashed");
	is(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER, none, FACTS_RUNS,
	   "paused by a user");
	is(VIR_DOMAIN_PMSUSPENDED, 0, none, FACTS_RUNS, "suspended");
	is(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION, none, FACTS_MIGRATES,
	   "waits on the target");
	is(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_STARTING_UP, none, FACTS_MIGRATES,
	   "begins on the target");
	is(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_POSTCOPY_FAILED, none, FACTS_MIGRATES,
	   "half of it is on either side");
	is(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_POSTCOPY, none, FACTS_MIGRATES,
	   "its memory follows");
	is(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED, VIR_DOMAIN_JOB_UNBOUNDED,
	   FACTS_MIGRATES, "has a job under way");
	is(VIR_DOMAIN_NOSTATE, 0, none, FACTS_ACTIVITY_UNKNOWN, "has no state");
	is(1000, 0, none, FACTS_ACTIVITY_UNKNOWN, "a state of a later libvirt");
	return tap_done();
}

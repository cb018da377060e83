/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which reasons of a stop take a guest's leases away. */
#include "common/mem.h"
#include "hooks/policy.h"
#include "tests/unit/tap.h"

static const struct {
	const char *reason;
	bool goes, goes_with_save;
} defaults[] = {
	{"shutdown", true, true},
	{"destroyed", true, true},
	{"crashed", true, true},
	{"daemon", true, true},
	{"failed", true, false},
	{"saved", false, false},
	{"migrated", false, false},
	{"from snapshot", false, false},
	{"unknown", false, false},
	{"other", false, false},
	{"", false, false},
	{"-", false, false},
	{"Destroyed", false, false},
	{"destroyed ", false, false},
	{"something new", false, false},
};

int main(void)
{
	struct policy policy = policy_default();

	for (size_t i = 0; i < ARRAY_LENGTH(defaults); i++) {
		enum reason reason = reason_parse(defaults[i].reason);

		tap_ok(policy_releases(&policy, reason, false) == defaults[i].goes,
		       "\"%s\": leases %s", defaults[i].reason,
		       defaults[i].goes ? "go" : "stay");
		tap_ok(policy_releases(&policy, reason, true) ==
			       defaults[i].goes_with_save,
		       "\"%s\" with a save image: leases %s", defaults[i].reason,
		       defaults[i].goes_with_save ? "go" : "stay");
	}
	return tap_done();
}

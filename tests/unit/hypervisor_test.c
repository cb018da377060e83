/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which hypervisors' lease files are those of this machine. */
#include "common/mem.h"
#include "leases/hypervisor.h"
#include "tests/unit/tap.h"

static const struct {
	const char *uri;
	bool local;
} cases[] = {
	{"qemu:///system", true},
	{"qemu+unix:///system", true},
	{"xen:///system", true},
	{"qemu:///system?mode=direct", true},
	{"qemu:///session", false},
	{"qemu+unix:///system?socket=/run/other", false},
	{"qemu+unix:///system?mode=legacy&socket=/run/other", false},
	{"qemu+ssh://host/system", false},
	{"qemu+ssh:///system", false},
	{"qemu://host/system", false},
	{"qemu+unix://host/system", false},
	{"test:///default", false},
	{"qemu:///system/x", false},
	{"system", false},
	{"", false},
};

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		tap_ok(hypervisor_uri_is_local(cases[i].uri) == cases[i].local,
		       "\"%s\" is %s", cases[i].uri,
		       cases[i].local ? "here" : "elsewhere");
	return tap_done();
}

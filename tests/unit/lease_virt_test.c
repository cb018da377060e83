/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt's records of leases. */
#include "common/buf.h"
#include "common/cleanup.h"
#include "leases/lease_virt.h"
#include "tests/unit/lease_show.h"
#include "tests/unit/tap.h"

#define MAC "52:54:00:AA:00:01"

static const struct {
	const char *title;
	virNetworkDHCPLease record;
	const char *shown; /* NULL: refused */
} cases[] = {
	{"a v4 lease",
	 {.iface = "virbr0",
	  .expirytime = 1700000000,
	  .mac = MAC,
	  .ipaddr = "10.0.0.7",
	  .prefix = 24,
	  .hostname = "web-1",
	  .clientid = "ff:b5:5e"},
	 "10.0.0.7 52:54:00:aa:00:01 ff:b5:5e - 1700000000 web-1 -\n"},
	{"a v6 lease that never ends",
	 {.iface = "virbr0",
	  .mac = MAC,
	  .ipaddr = "2001:db8::7",
	  .iaid = "T7",
	  .clientid = "00:03"},
	 "2001:db8::7 52:54:00:aa:00:01 00:03 T7 0 - -\n"},
	{"empty texts are unknown",
	 {.iface = "virbr0",
	  .mac = "",
	  .ipaddr = "10.0.0.7",
	  .iaid = "",
	  .hostname = "",
	  .clientid = ""},
	 "10.0.0.7 - - - 0 - -\n"},
	{"what is broken is unknown",
	 {.iface = "virbr0",
	  .expirytime = -1,
	  .mac = "x",
	  .ipaddr = "10.0.0.7",
	  .iaid = "-1",
	  .clientid = "zz"},
	 "10.0.0.7 - - - 0 - -\n"},
	{"no address", {.iface = "virbr0", .mac = MAC}, NULL},
	{"an address that is none", {.iface = "virbr0", .ipaddr = "10.0.0"}, NULL},
};

static void case_run(size_t i)
{
	CLEANUP(lease_free) struct lease lease = {0};
	CLEANUP(buf_free) struct buf shown = {0};
	int status = lease_virt_read(&cases[i].record, &lease, NULL);

	if (!cases[i].shown) {
		tap_ok(status < 0, "%s", cases[i].title);
		return;
	}
	lease_show(&lease, &shown);
	tap_string(buf_text(&shown), cases[i].shown, "%s", cases[i].title);
	tap_string(lease.bridge, "virbr0", "%s: its bridge", cases[i].title);
	tap_number(lease.prefix, cases[i].record.prefix, "%s: its prefix",
		   cases[i].title);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		case_run(i);
	return tap_done();
}

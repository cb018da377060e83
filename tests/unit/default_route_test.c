/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's tables of routes. */
#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/doctor/default_route.h"
#include "tests/unit/tap.h"

#define HEAD4 \
	"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
#define LINK6 "fe800000000000000000000000000000 40 "
#define ZERO6 "00000000000000000000000000000000 00 "
#define NONE6 "00000000000000000000000000000000 "

static const struct {
	const char *what, *text, *expected;
	bool is_ipv6;
} tables[] = {
	{"empty", "", "-", false},
	{"only a head", HEAD4, "-", false},
	{"a route by a gateway",
	 HEAD4 "br0\t0000370A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
	       "eth0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n",
	 "eth0 192.168.2.1", false},
	{"one without",
	 HEAD4 "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0", "ppp0 -",
	 false},
	{"half of all",
	 HEAD4 "tun0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000080\t0\t0\t0\n", "-",
	 false},
	{"one that rejects",
	 HEAD4 "*\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0\n", "-", false},
	{"lines that are wrong",
	 "eth0 0 0\n\neth0 00000000 xyz 0003 0 0 0 00000000\n"
	 "a-name-that-is-too-long 00000000 0102A8C0 0003 0 0 0 00000000\n",
	 "-", false},
	{"IPv6 by a gateway",
	 LINK6 ZERO6 NONE6
	 "00000100 00000001 00000000 00000001     eth0\n" ZERO6 ZERO6
	 "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n",
	 "eth0 fe80::1", true},
	{"none of IPv6",
	 ZERO6 ZERO6 NONE6 "ffffffff 00000001 00000000 00200200       lo\n", "-", true},
};

int main(void)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct default_route route = {0};
		CLEANUP(buf_free) struct buf text = {0};
		char address[LEASE_ADDRESS_TEXT_MAX];
		int status = (tables[i].is_ipv6
				      ? default_route_parse6
				      : default_route_parse)(tables[i].text, &route);

		if (status == 0)
			buf_format(&text, "%s %s", route.interface,
				   route.gateway.family
					   ? lease_address_format(&route.gateway, address)
					   : "-");
		tap_string(status < 0 ? "-" : buf_text(&text), tables[i].expected, "%s",
			   tables[i].what);
	}
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge of a network: the live state of all kinds. */
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/network_bridge.h"
#include "tests/unit/tap.h"

#define STATE(inner) "<networkstatus><network>" inner "</network></networkstatus>"
#define BRIDGE	     "<bridge name='virbr7' stp='on'/>"

static const struct {
	const char *title, *text, *bridge, *error;
} cases[] = {
	{"a NAT network",
	 "<!--\nWARNING\n-->\n<networkstatus>\n<class_id bitmap='0-2'/>"
	 "<network><name>default</name><forward mode='nat'/>" BRIDGE
	 "</network></networkstatus>",
	 "virbr7", NULL},
	{"an isolated network", STATE(BRIDGE), "virbr7", NULL},
	{"a routed network", STATE("<forward mode='route'/>" BRIDGE), "virbr7", NULL},
	{"an open network", STATE("<forward mode='open'/>" BRIDGE), "virbr7", NULL},
	{"forward without a mode", STATE("<forward dev='eth0'/>" BRIDGE), "virbr7", NULL},
	{"a bridge that is there already", STATE("<forward mode='bridge'/>" BRIDGE),
	 "virbr7", NULL},
	{"macvtap", STATE("<forward mode='bridge'><interface dev='e'/></forward>"), NULL,
	 NULL},
	{"VEPA", STATE("<forward mode='vepa'/>"), NULL, NULL},
	{"SR-IOV", STATE("<forward mode='hostdev'/>"), NULL, NULL},
	{"no bridge", STATE("<portgroup name='x'><bridge name='y'/></portgroup>"), NULL,
	 NULL},
	{"a bridge that is a path", STATE("<bridge name='../../etc/x'/>"), "none",
	 "not an interface's name: \"../../etc/x\""},
	{"a domain", "<domain/>", "none", "not the state of a network"},
	{"nothing", "", "none", "line 1: no element found"},
	{"half a file", "<networkstatus><network>", "none", "line 1: no element found"},
	{"an entity",
	 "<!DOCTYPE a [<!ENTITY x 'virbr7'>]><networkstatus><network>"
	 "<bridge name='&x;'/></network></networkstatus>",
	 "none", "line 1: a document type declaration is not accepted"},
	{"an external document type", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
	 "none", "line 1: a document type declaration is not accepted"},
	{"an entity that nobody knows", STATE("<bridge name='&x;'/>"), "none",
	 "line 1: undefined entity"},
};

static void parse_tests(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP(error_free) struct error error = {0};
		char untouched[] = "none", *bridge = untouched;
		int status = network_state_parse(cases[i].text, strlen(cases[i].text),
						 &bridge, &error);

		tap_string(bridge, cases[i].bridge, "%s: bridge", cases[i].title);
		tap_string(error.message, cases[i].error, "%s: error", cases[i].title);
		if (status == 0)
			free(bridge);
	}
}

int main(void)
{
	parse_tests();
	return tap_done();
}

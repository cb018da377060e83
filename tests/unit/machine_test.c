/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt's XML of domains, its BRIDGE.macs, and who has a MAC. */
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "leases/machine_nics.h"
#include "leases/macs_file.h"
#include "tests/unit/tap.h"

static const char running[] =
	"<domain type='kvm' id='7'><name>web-1</name>"
	"<uuid>3c0f0b9c-0f5f-5a5e-9a3c-2a2e5f1f0b11</uuid><metadata>"
	"<v:md xmlns:v='http://vmango.org/schema/md'><v:plan>small</v:plan></v:md>"
	"<t:machine xmlns:t='https://vmango.org/schema/tools' state='ready'>"
	"<t:reservation network='vmango' mac='52:54:00:00:00:09' ip='10.0.0.9'/>"
	"<t:reservation network='vmango' mac='52:54:00:00:00:09' ip='x'/></t:machine>"
	"<x:machine xmlns:x='https://example.org'>"
	"<x:reservation network='n' mac='52:54:00:00:00:08' ip='10.0.0.8'/></x:machine>"
	"</metadata><devices>"
	"<interface type='network'><mac address='52:54:00:00:00:01'/>"
	"<source network='vmango' portid='x' bridge='virbr1'/><target dev='vnet0'/></interface>"
	"<interface type='bridge'><mac address='52:54:00:00:00:02'/>"
	"<source bridge='br0'/></interface>"
	"<interface type='user'><mac address='52:54:00:00:00:03'/></interface>"
	"<interface type='network'><source network='vmango'/></interface>"
	"<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0' "
	"state='connected'/></channel></devices></domain>";

static void machine_show(const struct machine *machine, struct buf *text)
{
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];

	buf_format(text, "%s %s %s%s%s\n", machine->name,
		   machine->uuid ? machine->uuid : "-",
		   machine->plan ? machine->plan : "-", machine->active ? " active" : "",
		   machine->agent_connected ? " agent" : "");
	array_foreach(nic, &machine->nics)
		buf_format(text, "%s %s %s\n", mac_format(nic->mac, mac),
			   nic->network ? nic->network : "-",
			   nic->bridge ? nic->bridge : "-");
	array_foreach(claim, &machine->claims)
		buf_format(text, "claims %s %s %s\n", claim->network,
			   mac_format(claim->mac, mac),
			   lease_address_format(&claim->address, address));
}

static const struct {
	const char *title, *xml, *shown; /* NULL: refused */
} cases[] = {
	{"a running machine", running,
	 "web-1 3c0f0b9c-0f5f-5a5e-9a3c-2a2e5f1f0b11 small active agent\n"
	 "52:54:00:00:00:01 vmango virbr1\n52:54:00:00:00:02 - br0\n"
	 "52:54:00:00:00:03 - -\nclaims vmango 52:54:00:00:00:09 10.0.0.9\n"},
	{"a machine that does not run", "<domain type='kvm'><name>m</name></domain>",
	 "m - -\n"},
	{"an agent that is not there",
	 "<domain id='1'><name>m</name><devices><channel><target "
	 "name='org.qemu.guest_agent.0' state='disconnected'/></channel></devices>"
	 "</domain>",
	 "m - - active\n"},
	{"another channel",
	 "<domain id='1'><name>m</name><devices><channel><target "
	 "name='com.redhat.spice.0' state='connected'/></channel></devices></domain>",
	 "m - - active\n"},
	{"no name", "<domain/>", NULL},
	{"a network", "<network><name>n</name></network>", NULL},
	{"no XML", "<domain>", NULL},
};

static void case_run(size_t i)
{
	CLEANUP(machine_free) struct machine machine = {0};
	CLEANUP(buf_free) struct buf shown = {0};

	if (machine_parse(cases[i].xml, strlen(cases[i].xml), &machine, NULL) < 0) {
		tap_ok(!cases[i].shown, "%s", cases[i].title);
		return;
	}
	machine_show(&machine, &shown);
	tap_string(buf_text(&shown), cases[i].shown, "%s", cases[i].title);
}

#define M1 "52:54:00:00:00:01"
#define M2 "52:54:00:00:00:02"

static const struct {
	const char *title, *text, *shown, *problems; /* NULL: no list at all */
} macs_cases[] = {
	{"no bytes", "", "", ""},
	{"as libvirt writes it",
	 "[\n  {\n    \"domain\": \"web-1\",\n    \"macs\": [\n      \"" M1
	 "\",\n      \"" M2 "\"\n    ]\n  }\n]\n",
	 "web-1 - - active\n" M1 " - virbr1\n" M2 " - virbr1\n", ""},
	{"no cards", "[{\"domain\": \"m\", \"macs\": []}]", "m - - active\n", ""},
	{"members that nobody knows",
	 "[{\"x\": {\"macs\": [1]}, \"macs\": [\"" M1 "\"], \"domain\": \"\\u006d\"}]",
	 "m - - active\n" M1 " - virbr1\n", ""},
	{"one machine in two entries",
	 "[{\"domain\": \"m\", \"macs\": [\"" M1 "\"]}, {\"domain\": \"a\"},"
	 " {\"domain\": \"m\", \"macs\": [\"" M2 "\"]}]",
	 "a - - active\nm - - active\n" M1 " - virbr1\n" M2 " - virbr1\n", ""},
	{"entries that are broken",
	 "[{\"domain\": \"a\", \"macs\": [\"x\"]}, 7, {\"macs\": []}, {\"domain\": 1},"
	 " {\"domain\": \"\"}, {\"domain\": \"m\", \"macs\": 1}, {}, {\"domain\": \"b\"},"
	 " {\"domain\"}]",
	 "b - - active\n",
	 "entry 1: macs: not a MAC address: \"x\"\nentry 2: not a JSON object\n"
	 "entry 3: domain is missing\nentry 4: domain: not a text\n"
	 "entry 5: domain: not a text\nentry 6: macs: not a list\n"
	 "entry 7: domain is missing\nentry 9: not a JSON object\n"},
	{"no list", "{}", NULL, NULL},
};

static void macs_case_run(size_t i)
{
	const char *text = macs_cases[i].text;
	CLEANUP(machine_list_free) struct machine_list machines = {0};
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(buf_free) struct buf shown = {0}, problems_shown = {0};

	if (macs_file_parse(text, strlen(text), "virbr1", &machines, &problems, NULL) <
	    0) {
		tap_ok(!macs_cases[i].shown, "macs: %s", macs_cases[i].title);
		return;
	}
	machine_list_merge(&machines);
	array_foreach(machine, &machines)
		machine_show(machine, &shown);
	for (size_t j = 0; j < problems.count; j++)
		buf_format(&problems_shown, "%s\n", problems.messages[j]);
	tap_string(buf_text(&shown), macs_cases[i].shown, "macs: %s",
		   macs_cases[i].title);
	tap_string(buf_text(&problems_shown), macs_cases[i].problems,
		   "macs: %s: its problems", macs_cases[i].title);
}

/* Three machines with one MAC, a fourth with another. */
static void index_tests(void)
{
	static const char *const xml[] = {
		"<domain><name>idle</name><devices><interface type='network'>"
		"<mac address='" M1
		"'/><source network='a'/></interface></devices></domain>",
		"<domain id='1'><name>runs</name><devices><interface type='network'>"
		"<mac address='" M1
		"'/><source network='b'/></interface></devices></domain>",
		"<domain><name>same-net</name><devices><interface type='network'>"
		"<mac address='" M1
		"'/><source network='c'/></interface></devices></domain>",
		"<domain><name>other</name><devices><interface type='bridge'>"
		"<mac address='" M2 "'/></interface></devices></domain>",
	};
	static const struct {
		const char *mac, *network, *machine;
	} lookups[] = {
		{M1, NULL, "runs"},
		{M1, "a", "idle"},
		{M1, "c", "same-net"},
		{M1, "other", "runs"},
		{M2, "a", "other"},
		{"52:54:00:00:00:03", NULL, NULL},
		{"52:54:00:00:00:00", NULL, NULL},
	};
	CLEANUP(machine_list_free) struct machine_list machines = {0};
	CLEANUP(machine_index_free) struct machine_index index = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(xml); i++)
		machine_parse(xml[i], strlen(xml[i]), array_add(&machines), NULL);
	index = machine_index_make(&machines);
	for (size_t i = 0; i < ARRAY_LENGTH(lookups); i++) {
		const struct machine_place *place;
		uint8_t mac[MAC_SIZE] = {0};

		mac_parse(lookups[i].mac, mac, NULL);
		place = machine_index_find(&index, mac, lookups[i].network);
		tap_string(place ? place->machine->name : "nobody",
			   lookups[i].machine ? lookups[i].machine : "nobody",
			   "%s on network %s", lookups[i].mac,
			   lookups[i].network ? lookups[i].network : "any");
	}
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		case_run(i);
	for (size_t i = 0; i < ARRAY_LENGTH(macs_cases); i++)
		macs_case_run(i);
	index_tests();
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers: what is joined, left out, sorted, and said to disagree; and who they are for.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "leases/lease_text.h"
#include "leases/resolve.h"
#include "tests/unit/tap.h"

#define M1 "52:54:00:00:00:01"
#define M2 "52:54:00:00:00:02"
#define M3 "52:54:00:00:00:03"

static const char network[] =
	"<network><name>vmango</name><bridge name='virbr1'/>"
	"<ip address='10.0.0.1' prefix='24'><dhcp>"
	"<host mac='" M1 "' name='web-1' ip='10.0.0.10'/></dhcp></ip>"
	"<ip family='ipv6' address='fd00::1' prefix='64'><dhcp>"
	"<host id='00:04:aa' name='six' ip='fd00::6'/></dhcp></ip></network>";
static const char web[] =
	"<domain id='1'><name>web-1</name><uuid>3C0F0B9C-0F5F-5A5E-9A3C-2A2E5F1F0B11</uuid>"
	"<devices><interface type='network'><mac address='" M1 "'/>"
	"<source network='vmango'/></interface><interface type='bridge'>"
	"<mac address='" M2 "'/><source bridge='br0'/></interface></devices></domain>";

/* A hypervisor with that network and machine, which is active or not. */
struct world {
	struct net_list nets;
	struct machine_list machines;
	struct lease_list leases, others;
	struct source_order order;
	struct address_filter filter;
	struct result_list results;
};

static void world_make(struct world *world)
{
	world->order = source_order_default();
	net_parse(network, strlen(network), array_add(&world->nets), NULL);
	world->nets.items[0].active = true;
	machine_parse(web, strlen(web), array_add(&world->machines), NULL);
}

static void world_free(struct world *world)
{
	net_list_free(&world->nets);
	machine_list_free(&world->machines);
	lease_list_free(&world->leases);
	lease_list_free(&world->others);
	address_filter_free(&world->filter);
	result_list_free(&world->results);
}

/* Lines of dnsmasq's own format, on virbr1. */
static void leases_add(struct world *world, const char *lines)
{
	lease_text_parse(lines, strlen(lines), &world->leases, NULL);
	array_foreach(lease, &world->leases) {
		if (!lease->bridge)
			lease->bridge = mem_string("virbr1");
	}
}

static void other_add(struct world *world, enum lease_source source, const char *mac,
		      const char *address)
{
	struct lease *lease = array_add(&world->others);

	lease->source = source;
	lease->has_mac = !mac_parse(mac, lease->mac, NULL);
	lease_address_parse(address, &lease->address, NULL);
}

static void world_result(struct world *world, size_t host)
{
	struct result_input input = {
		.hypervisor = host ? "second" : NULL,
		.host = host,
		.nets = &world->nets,
		.machines = &world->machines,
		.leases = &world->leases,
		.others = &world->others,
		.now_s = 1000,
	};

	results_add(&world->results, &input, &world->order, &world->filter);
	results_finish(&world->results);
}

static void result_show(const struct result *result, struct buf *text)
{
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];
	const struct lease *lease = &result->lease;

	buf_format(text, "%s %s/%u %s %s %s", lease->machine ? lease->machine : "-",
		   lease_address_format(&lease->address, address), lease->prefix,
		   lease->has_mac ? mac_format(lease->mac, mac) : "-",
		   lease->network ? lease->network : "-",
		   lease_source_name(lease->source));
	if (result->disagrees)
		buf_format(text, " (%s)", result->disagrees);
	buf_add_char(text, '\n');
}

static void results_are(const struct world *world, const char *expected,
			const char *title)
{
	CLEANUP(buf_free) struct buf shown = {0};

	array_foreach(result, &world->results)
		result_show(result, &shown);
	tap_string(buf_text(&shown), expected, "%s", title);
}

#define RESERVED "web-1 10.0.0.10/24 " M1 " vmango static"
#define SIX	 "- fd00::6/64 - vmango static\n"

static const struct {
	const char *title, *leases, *sources;
	bool idle, link_local;
	const char *network, *block, *shown;
	struct {
		enum lease_source source;
		const char *mac, *address;
	} others[4];
} cases[] = {
	{.title = "reservations alone", .leases = "", .shown = RESERVED "\n" SIX},
	{.title = "no reservation of a network that is down",
	 .leases = "",
	 .idle = true,
	 .shown = ""},
	{.title = "a lease on the reserved address",
	 .leases = "2000 " M1 " 10.0.0.10 web *\n",
	 .shown = RESERVED "\nweb-1 10.0.0.10/24 " M1 " vmango lease\n" SIX},
	{.title = "a lease on another address",
	 .leases = "2000 " M1 " 10.0.0.77 web *\n",
	 .shown = RESERVED " (lease 10.0.0.77)\nweb-1 10.0.0.77/24 " M1
			   " vmango lease (static 10.0.0.10)\n" SIX},
	{.title = "the latest expiry first, never ending is the latest",
	 .sources = "lease",
	 .leases = "2000 " M1 " 10.0.0.7 * *\n0 " M1 " 10.0.0.8 * *\n3000 " M1
		   " 10.0.0.9 * *\n",
	 .shown = "web-1 10.0.0.8/24 " M1 " vmango lease\nweb-1 10.0.0.9/24 " M1
		  " vmango lease\nweb-1 10.0.0.7/24 " M1 " vmango lease\n"},
	{.title = "expired leases are none",
	 .sources = "lease",
	 .leases = "999 " M1 " 10.0.0.7 * *\n1000 " M1 " 10.0.0.8 * *\n1001 " M1
		   " 10.0.0.9 * *\n",
	 .shown = "web-1 10.0.0.9/24 " M1 " vmango lease\n"},
	{.title = "IPv4 before IPv6, a stranger's at the end",
	 .sources = "lease",
	 .leases = "2000 " M3 " 10.0.0.3 * *\n2000 " M1 " 10.0.0.7 * *\nduid aa\n9000 1 "
		   "fd00::7 * 00:03:00:01:" M1 "\n",
	 .shown = "web-1 10.0.0.7/24 " M1 " vmango lease\nweb-1 fd00::7/64 " M1
		  " vmango lease\n- 10.0.0.3/24 " M3 " vmango lease\n"},
	{.title = "a reservation for a DUID that a lease has",
	 .sources = "static",
	 .leases = "2000 " M1 " 10.0.0.7 * *\nduid aa\n2000 1 fd00::6 * 00:04:aa\n",
	 .shown = RESERVED "\n" SIX},
	{.title = "sources in another order",
	 .sources = "agent,static",
	 .leases = "2000 " M1 " 10.0.0.7 * *\n",
	 .others = {{LEASE_FROM_AGENT, M1, "10.0.0.10"},
		    {LEASE_FROM_ARP, M1, "10.0.0.9"}},
	 .shown = "web-1 10.0.0.10/0 " M1 " - agent\n" RESERVED "\n" SIX},
	{.title = "three sources, one of them alone",
	 .sources = "lease,agent,arp",
	 .leases = "2000 " M1 " 10.0.0.7 * *\n",
	 .others = {{LEASE_FROM_AGENT, M1, "10.0.0.7"},
		    {LEASE_FROM_AGENT, M1, "10.0.0.8"},
		    {LEASE_FROM_ARP, M1, "10.0.0.9"}},
	 .shown = "web-1 10.0.0.7/24 " M1
		  " vmango lease (arp 10.0.0.9)\nweb-1 10.0.0.7/0 " M1
		  " - agent (arp 10.0.0.9)\nweb-1 10.0.0.8/0 " M1
		  " - agent (arp 10.0.0.9)\nweb-1 10.0.0.9/0 " M1
		  " - arp (lease 10.0.0.7, agent 10.0.0.7 10.0.0.8)\n"},
	{.title = "the families and the cards are on their own",
	 .sources = "lease,agent",
	 .leases = "2000 " M1 " 10.0.0.7 * *\n",
	 .others = {{LEASE_FROM_AGENT, M1, "fd00::9"},
		    {LEASE_FROM_AGENT, M2, "10.0.0.8"}},
	 .shown = "web-1 10.0.0.7/24 " M1 " vmango lease\nweb-1 fd00::9/0 " M1
		  " - agent\nweb-1 10.0.0.8/0 " M2 " - agent\n"},
	{.title = "link-local addresses are left out",
	 .sources = "agent",
	 .leases = "",
	 .others = {{LEASE_FROM_AGENT, M1, "fe80::1"},
		    {LEASE_FROM_AGENT, M1, "169.254.1.1"},
		    {LEASE_FROM_AGENT, M1, "febf::1"},
		    {LEASE_FROM_AGENT, M1, "fec0::1"}},
	 .shown = "web-1 fec0::1/0 " M1 " - agent\n"},
	{.title = "or asked for, and contradict nobody",
	 .sources = "agent,lease",
	 .link_local = true,
	 .leases = "2000 " M1 " 10.0.0.7 * *\n",
	 .others = {{LEASE_FROM_AGENT, M1, "169.254.1.1"}},
	 .shown = "web-1 169.254.1.1/0 " M1 " - agent\nweb-1 10.0.0.7/24 " M1
		  " vmango lease\n"},
	{.title = "one network only",
	 .sources = "lease,agent",
	 .network = "vmango",
	 .leases = "2000 " M1 " 10.0.0.7 * *\n",
	 .others = {{LEASE_FROM_AGENT, M2, "10.0.0.8"}},
	 .shown = "web-1 10.0.0.7/24 " M1 " vmango lease\n"},
	{.title = "one block of addresses only",
	 .sources = "lease",
	 .block = "10.0.0.8/31",
	 .leases = "2000 " M1 " 10.0.0.7 * *\n2000 " M1 " 10.0.0.9 * *\nduid aa\n2000 1 "
		   "a00::8 * 00:03:00:01:" M1 "\n",
	 .shown = "web-1 10.0.0.9/24 " M1 " vmango lease\n"},
};

static void case_run(size_t i)
{
	CLEANUP(world_free) struct world world = {0};

	world_make(&world);
	world.nets.items[0].active = !cases[i].idle;
	world.filter.network = cases[i].network;
	world.filter.link_local = cases[i].link_local;
	if (cases[i].block)
		address_filter_add_block(&world.filter, cases[i].block, NULL);
	if (cases[i].sources)
		source_order_parse(cases[i].sources, &world.order, NULL);
	leases_add(&world, cases[i].leases);
	for (size_t j = 0; j < 4 && cases[i].others[j].mac; j++)
		other_add(&world, cases[i].others[j].source, cases[i].others[j].mac,
			  cases[i].others[j].address);
	world_result(&world, 0);
	results_are(&world, cases[i].shown, cases[i].title);
}

static const struct {
	const char *word;
	enum target_kind kind;
	const char *addresses;
	bool complete[4]; /* for each of `waits` */
} targets[] = {
	{"web-1",
	 TARGET_MACHINE,
	 "10.0.0.10 10.0.0.10 10.0.0.7 ",
	 {false, true, true, true}},
	{"3c0f0b9c-0f5f-5a5e-9a3c-2a2e5f1f0b11",
	 TARGET_MACHINE,
	 "10.0.0.10 10.0.0.7 ",
	 {false, true, true, true}},
	{"52:54:0:0:0:3", TARGET_MAC, "10.0.0.3 10.0.0.33 ", {true, true, true, true}},
	{"Guest", TARGET_HOSTNAME, "10.0.0.3 10.0.0.33 ", {true, true, true, true}},
	{"WEB-1",
	 TARGET_HOSTNAME,
	 "10.0.0.10 10.0.0.10 10.0.0.5 ",
	 {true, true, true, true}},
	{"six", TARGET_HOSTNAME, "fd00::6 fd00::6 ", {false, false, false, true}},
	{"nobody", TARGET_HOSTNAME, "", {false, false, false, false}},
};

static const struct {
	const char *title;
	struct target_wait wait;
} waits[] = {
	{"has each card an address?", {0}},
	{"has any card?", {.any = true}},
	{"has each card on the network?", {.network = "vmango"}},
	{"has any card, or a reservation?", {.any = true, .reservations = true}},
};

/* web-1 is on two hypervisors; a stranger on the first calls itself so too. */
static void targets_tests(void)
{
	CLEANUP(world_free) struct world world = {0};
	const struct machine_list *machines[] = {&world.machines, &world.machines};

	world_make(&world);
	leases_add(&world, "2000 " M1 " 10.0.0.7 * *\n2000 " M3 " 10.0.0.33 guest *\n"
			   "3000 " M3 " 10.0.0.3 GUEST *\n"
			   "2000 52:54:00:00:00:05 10.0.0.5 web-1 *\n");
	world_result(&world, 0);
	world_result(&world, 1);
	for (size_t i = 0; i < ARRAY_LENGTH(targets); i++) {
		struct target target = target_make(targets[i].word, machines, 2);
		CLEANUP(buf_free) struct buf shown = {0};
		struct result_refs refs = {0};
		char text[LEASE_ADDRESS_TEXT_MAX];

		target_results(&target, &world.results, &refs);
		array_foreach(ref, &refs)
			buf_format(&shown, "%s ",
				   lease_address_format(&(*ref)->lease.address, text));
		tap_number(target.kind, targets[i].kind, "kind of %s", targets[i].word);
		tap_string(buf_text(&shown), targets[i].addresses, "addresses of %s",
			   targets[i].word);
		for (size_t j = 0; j < ARRAY_LENGTH(waits); j++)
			tap_ok(target_complete(&target, &refs, machines, 1,
					       &waits[j].wait) == targets[i].complete[j],
			       "%s: %s", targets[i].word, waits[j].title);
		result_refs_unique(&refs);
		tap_ok(refs.count <= 3, "%s: each address once", targets[i].word);
		free(refs.items);
	}
}

/* Neither a machine that does not run nor a reservation ends a wait. */
static void wait_tests(void)
{
	CLEANUP(world_free) struct world world = {0};
	const struct machine_list *machines[] = {&world.machines};
	const struct target_wait wait = {.any = true};
	struct result_refs refs = {0};
	struct target target;

	world_make(&world);
	target = target_make("web-1", machines, 1);
	world_result(&world, 0);
	target_results(&target, &world.results, &refs);
	tap_ok(refs.count == 1 && !target_complete(&target, &refs, machines, 1, &wait),
	       "a reservation alone ends no wait");
	leases_add(&world, "2000 " M1 " 10.0.0.7 * *\n");
	world_result(&world, 0);
	refs.count = 0;
	target_results(&target, &world.results, &refs);
	tap_ok(target_complete(&target, &refs, machines, 1, &wait), "a lease does");
	world.machines.items[0].active = false;
	tap_ok(!target_complete(&target, &refs, machines, 1, &wait),
	       "but not that of a machine that does not run");
	free(refs.items);
}

static void parser_tests(void)
{
	static const char *const refused[] = {"", "lease,", "lease,lease", "dhcp"};
	static const char *const blocks[] = {"10.0.0.0/33", "10.0.0.0/",   "10.0.0/8",
					     "fd00::/129",  "10.0.0.0/-1", ""};
	struct source_order order = source_order_default();
	CLEANUP(address_filter_free) struct address_filter filter = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++)
		tap_ok(source_order_parse(refused[i], &order, NULL) < 0,
		       "\"%s\" are no sources", refused[i]);
	tap_number(order.count, SOURCE_COUNT, "and the order is left alone");
	for (size_t i = 0; i < ARRAY_LENGTH(blocks); i++)
		tap_ok(address_filter_add_block(&filter, blocks[i], NULL) < 0,
		       "\"%s\" is no block of addresses", blocks[i]);
	tap_number(filter.blocks.count, 0, "and the filter is left alone");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		case_run(i);
	targets_tests();
	wait_tests();
	parser_tests();
	return tap_done();
}

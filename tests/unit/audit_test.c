/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings of the audit, and what it leaves alone. */
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "leases/audit.h"
#include "leases/lease_text.h"
#include "tests/unit/tap.h"

#define M1 "52:54:00:00:00:01"
#define M2 "52:54:00:00:00:02"
#define M3 "52:54:00:00:00:03"
#define M4 "52:54:00:00:00:04"
#define M7 "52:54:00:00:00:07"
#define M8 "52:54:00:00:00:08"
#define M9 "52:54:00:00:00:09"

#define HOST(mac, ip)  "<host mac='" mac "' ip='" ip "'/>"
#define LEASE(mac, ip) "2000 " mac " " ip " * *\n"

/* web-1 has two cards. */
static const char *const machines[] = {
	"<domain><name>web-1</name><metadata><t:machine "
	"xmlns:t='https://vmango.org/schema/tools'><t:reservation network='a' mac='" M9
	"' ip='10.0.0.9'/></t:machine></metadata><devices>"
	"<interface type='network'><mac address='" M1
	"'/><source network='a'/></interface>"
	"<interface type='network'><mac address='" M2
	"'/><source network='b'/></interface>"
	"</devices></domain>",
	"<domain><name>web-2</name><devices><interface type='network'>"
	"<mac address='" M3 "'/><source network='a'/></interface></devices></domain>",
	"<domain><name>web-3</name><devices><interface type='network'>"
	"<mac address='" M4 "'/><source network='b'/></interface></devices></domain>",
};

/* Of the other hypervisor: a copy of web-2, which has left, and one that moved there. */
static const char *const machines_elsewhere[] = {
	"<domain><name>web-2</name><devices><interface type='network'>"
	"<mac address='" M3 "'/><source network='a'/></interface></devices></domain>",
	"<domain id='1'><name>moved</name><metadata><t:machine "
	"xmlns:t='https://vmango.org/schema/tools'><t:reservation network='a' mac='" M8
	"' ip='10.0.0.8'/></t:machine></metadata><devices><interface type='network'>"
	"<mac address='" M7 "'/><source network='a'/></interface></devices></domain>",
};

static const struct {
	const char *title;
	bool alone;		     /* the other one is not asked */
	const char *a_hosts, *a, *b; /* reservations of network a; leases of both */
	bool b_idle;
	unsigned int full_percent;
	const char *findings;
} cases[] = {
	{.title = "nothing at all", .findings = ""},
	{.title = "all in order: a lease on its reservation, on each card one",
	 .a_hosts = HOST(M1, "10.0.0.10"),
	 .a = LEASE(M1, "10.0.0.10") LEASE(M3, "10.0.0.11"),
	 .b = LEASE(M2, "10.0.1.10"),
	 .findings = ""},
	{.title = "an orphaned lease",
	 .a = LEASE(M9, "10.0.0.10"),
	 .findings =
		 "orphaned 10.0.0.10 - release: leased to a MAC that no machine has\n"},
	{.title = "orphaned reservations, one of them ours",
	 .a_hosts = HOST(M9, "10.0.0.9") HOST(M9, "10.0.0.10"),
	 .findings =
		 "orphaned 10.0.0.9 - delete: reserved for a MAC that no machine has\n"
		 "orphaned 10.0.0.10 -: reserved for a MAC that no machine has\n"},
	{.title = "lease and reservation of a machine of another hypervisor",
	 .a_hosts = HOST(M7, "10.0.0.9"),
	 .a = LEASE(M7, "10.0.0.10"),
	 .findings =
		 "moved 10.0.0.10 moved: leased to a MAC of moved, which is on b\n"
		 "moved 10.0.0.9 moved: reserved for a MAC of moved, which is on b\n"},
	{.title = "what only the asked one knows",
	 .alone = true,
	 .a_hosts = HOST(M7, "10.0.0.9"),
	 .a = LEASE(M7, "10.0.0.10"),
	 .findings = "orphaned 10.0.0.10 - release: leased to a MAC that no machine has "
		     "here; no other hypervisor was asked\n"
		     "orphaned 10.0.0.9 -: reserved for a MAC that no machine has here; "
		     "no other hypervisor was asked\n"},
	{.title = "an orphaned reservation that a machine took to another hypervisor",
	 .a_hosts = HOST(M8, "10.0.0.8"),
	 .findings =
		 "orphaned 10.0.0.8 - delete: reserved for a MAC that no machine has\n"},
	{.title = "reservations without a MAC are ignored",
	 .a_hosts = "<host name='x' ip='10.0.0.10'/>",
	 .a = LEASE(M1, "10.0.0.10"),
	 .findings = ""},
	{.title = "an address twice",
	 .a = LEASE(M1, "10.0.0.10"),
	 .b = LEASE(M4, "10.0.0.10") LEASE(M4, "10.0.0.11"),
	 .findings =
		 "duplicate-address 10.0.0.10 web-1: the address is that of 10.0.0.10 "
		 "of web-3 (" M4 ") too\nduplicate-address 10.0.0.10 web-3: the "
		 "address is that of 10.0.0.10 of web-1 (" M1 ") too\n"},
	{.title = "an address twice on two cards of one machine",
	 .a = LEASE(M1, "10.0.0.10"),
	 .b = LEASE(M2, "10.0.0.10"),
	 .findings =
		 "duplicate-address 10.0.0.10 web-1: the address is that of 10.0.0.10 "
		 "of web-1 (" M2 ") too\nduplicate-address 10.0.0.10 web-1: the "
		 "address is that of 10.0.0.10 of web-1 (" M1 ") too\n"},
	{.title = "a host name twice, in any case",
	 .a = "2000 " M1 " 10.0.0.10 web *\n2000 " M3 " 10.0.0.11 WEB *\n",
	 .findings = "duplicate-hostname 10.0.0.10 web-1: the host name is that of "
		     "10.0.0.11 of web-2 (" M3
		     ") too\nduplicate-hostname 10.0.0.11 web-2: "
		     "the host name is that of 10.0.0.10 of web-1 (" M1 ") too\n"},
	{.title = "a host name twice in two networks, or on one machine",
	 .a = "2000 " M1 " 10.0.0.10 web *\n2000 " M1 " 10.0.0.11 web 01:02\n",
	 .b = "2000 " M4 " 10.0.1.10 web *\n2000 " M2 " 10.0.1.11 * *\n",
	 .findings = ""},
	{.title = "a client-id twice, in two networks",
	 .a = "2000 " M1 " 10.0.0.10 * ff:01\n",
	 .b = "2000 " M4 " 10.0.1.10 * ff:01\n2000 " M2 " 10.0.1.11 * ff:01\n",
	 .findings =
		 "duplicate-client-id 10.0.0.10 web-1: the client-id is that of "
		 "10.0.1.10 of web-3 (" M4 ") too\nduplicate-client-id 10.0.1.10 web-3: "
		 "the client-id is that of 10.0.0.10 of web-1 (" M1
		 ") too\nduplicate-client-id 10.0.1.11 web-1: the client-id is that of "
		 "10.0.1.10 of web-3 (" M4 ") too\n"},
	{.title = "one DUID on the cards of one machine",
	 .a = "duid 01\n2000 1 fd00::1 * 00:03:00:01:" M1 "\n",
	 .b = "duid 01\n2000 2 fd01::1 * 00:03:00:01:" M1 "\n",
	 .findings = ""},
	{.title = "a lease on another's reservation",
	 .a_hosts = HOST(M1, "10.0.0.10"),
	 .a = LEASE(M3, "10.0.0.10"),
	 .findings = "conflicting 10.0.0.10 web-2: its address is the reservation "
		     "10.0.0.10 of web-1 (" M1 ")\n"},
	{.title = "that reservation is another network's",
	 .a_hosts = HOST(M1, "10.0.0.10"),
	 .b = LEASE(M4, "10.0.0.10"),
	 .findings = ""},
	{.title = "expired leftovers are nothing else",
	 .a_hosts = HOST(M1, "10.0.0.10"),
	 .a = "999 " M9 " 10.0.0.10 web-1 *\n",
	 .b = "1000 " M4 " 10.0.0.11 * *\n0 " M4 " 10.0.0.12 * *\n",
	 .findings = "expired 10.0.0.10 -: expired, but still in the lease file\n"
		     "expired 10.0.0.11 web-3: expired, but still in the lease file\n"},
	{.title = "leases of a network that is down are left over too",
	 .b_idle = true,
	 .a = LEASE(M1, "10.0.0.10"),
	 .b = LEASE(M4, "10.0.0.10"),
	 .findings = "expired 10.0.0.10 web-3: its network is not active\n"},
	{.title = "a pool that is full enough, its leases on reservations counted once",
	 .full_percent = 30,
	 .a_hosts = HOST(M1, "10.0.0.10") HOST(M3, "10.0.0.20"),
	 .a = LEASE(M1, "10.0.0.10") LEASE(M1, "10.0.0.11") LEASE(M3, "10.0.0.12"),
	 .findings = "pool - -: 3 of 10 addresses from 10.0.0.10 to 10.0.0.19 are leased "
		     "or reserved\n"},
	{.title = "a pool that is not",
	 .full_percent = 31,
	 .a_hosts = HOST(M1, "10.0.0.10") HOST(M3, "10.0.0.20"),
	 .a = LEASE(M1, "10.0.0.10") LEASE(M1, "10.0.0.11") LEASE(M3, "10.0.0.12"),
	 .findings = ""},
};

static void net_add(struct net_list *nets, const char *name, const char *hosts,
		    bool active)
{
	CLEANUP(free_ptr)
	char *xml = mem_format("<network><name>%s</name><bridge name='br-%s'/>"
			       "<ip address='10.0.0.1' prefix='24'><dhcp>"
			       "<range start='10.0.0.10' end='10.0.0.19'/>%s</dhcp></ip>"
			       "</network>",
			       name, name, hosts ? hosts : "");
	struct net *net = array_add(nets);

	net_parse(xml, strlen(xml), net, NULL);
	net->active = active;
}

static void leases_add(struct lease_list *leases, const char *network, const char *lines)
{
	size_t before = leases->count;

	lease_text_parse(lines ? lines : "", lines ? strlen(lines) : 0, leases, NULL);
	for (size_t i = before; i < leases->count; i++)
		leases->items[i].network = mem_string(network);
}

static void finding_show(const struct finding *finding, struct buf *text)
{
	static const char *const fixes[] = {
		[FIX_NONE] = "", [FIX_RELEASE] = " release", [FIX_DELETE] = " delete"};
	const struct lease *lease = &finding->about.lease;
	char address[LEASE_ADDRESS_TEXT_MAX];

	buf_format(text, "%s %s %s%s: %s\n", finding_kind_word(finding->kind),
		   lease->address.family ? lease_address_format(&lease->address, address)
					 : "-",
		   lease->machine ? lease->machine : "-", fixes[finding->fix],
		   finding->detail);
}

static void case_run(size_t i)
{
	CLEANUP(machine_list_free)
	struct machine_list machine_list = {0}, elsewhere = {0};
	CLEANUP(finding_list_free) struct finding_list findings = {0};
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	CLEANUP(net_list_free) struct net_list nets = {0};
	CLEANUP(buf_free) struct buf shown = {0};
	struct audit_host hosts[] = {
		{.hypervisor = "a", .machines = &machine_list},
		{.hypervisor = "b", .machines = &elsewhere},
	};
	const struct audit_input input = {
		.hosts = hosts,
		.host_count = cases[i].alone ? 1 : 2,
		.nets = &nets,
		.leases = &leases,
		.now_s = 1000,
		.full_percent = cases[i].full_percent ? cases[i].full_percent : 90,
	};

	for (size_t j = 0; j < ARRAY_LENGTH(machines); j++)
		machine_parse(machines[j], strlen(machines[j]), array_add(&machine_list),
			      NULL);
	for (size_t j = 0; j < ARRAY_LENGTH(machines_elsewhere); j++)
		machine_parse(machines_elsewhere[j], strlen(machines_elsewhere[j]),
			      array_add(&elsewhere), NULL);
	for (size_t j = 0; j < ARRAY_LENGTH(hosts); j++)
		hosts[j].index = machine_index_make(hosts[j].machines);
	net_add(&nets, "a", cases[i].a_hosts, true);
	net_add(&nets, "b", NULL, !cases[i].b_idle);
	leases_add(&leases, "a", cases[i].a);
	leases_add(&leases, "b", cases[i].b);
	audit(&input, &findings);
	array_foreach(finding, &findings)
		finding_show(finding, &shown);
	tap_string(buf_text(&shown), cases[i].findings, "%s", cases[i].title);
	for (size_t j = 0; j < ARRAY_LENGTH(hosts); j++)
		machine_index_free(&hosts[j].index);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		case_run(i);
	return tap_done();
}

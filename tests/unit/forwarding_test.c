/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keeps packets of guests from their way, and what helps. */
#include <arpa/inet.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/doctor/firewall_iptables.h"
#include "provision/doctor/firewall_nft.h"
#include "provision/doctor/forwarding.h"
#include "provision/doctor/probe_checks.h"
#include "tests/unit/tap.h"

#define NET4 \
	"<ip address='10.9.3.1' prefix='24'><dhcp><range start='10.9.3.9' end='10.9.3.99'/></dhcp></ip>"
#define NAT    "<forward mode='nat'/><bridge name='virbr0'/>" NET4
#define ALONE  "<bridge name='virbr0'/>" NET4
#define BRIDGE "<forward mode='bridge'/><bridge name='br0'/>"
#define DROPS  "-P FORWARD DROP\n"
#define DOCKER DROPS "-N DOCKER-USER\n"

static const struct {
	const char *what, *xml, *rules;
	bool is_off, is_filtered;
	const char *zone, *advice;
} cases[] = {
	{"nothing is wrong", NAT, "", false, true, NULL, ""},
	{"the kernel forwards nothing", NAT, "", true, false, NULL,
	 "sysctl -w net.ipv4.ip_forward=1 && echo net.ipv4.ip_forward=1 "
	 ">/etc/sysctl.d/60-forwarding.conf\n"},
	{"an isolated network needs none", ALONE, DROPS, true, false, NULL, ""},
	{"a policy", NAT, DROPS, false, false, NULL,
	 "iptables -I FORWARD -i virbr0 -j ACCEPT && iptables -I FORWARD -o virbr0 -j ACCEPT\n"},
	{"Docker's", NAT, DOCKER, false, false, NULL,
	 "iptables -I DOCKER-USER -i virbr0 -j ACCEPT && iptables -I DOCKER-USER -o virbr0 -j "
	 "ACCEPT\n"},
	{"a bridge is not concerned", BRIDGE, DOCKER, true, false, NULL, ""},
	{"but for br_netfilter", BRIDGE, DROPS, false, true, NULL,
	 "sysctl -w net.bridge.bridge-nf-call-iptables=0\n"},
	{"and Docker", BRIDGE, DOCKER, false, true, NULL,
	 "iptables -I DOCKER-USER -i br0 -o br0 -j ACCEPT\n"},
	{"DHCP requests", ALONE, "-P INPUT DROP\n", false, false, NULL,
	 "iptables -I INPUT -i virbr0 -p udp -m multiport --dports 53,67,547 -j ACCEPT\n"},
	{"a good zone", NAT, "", false, false, "libvirt", ""},
	{"a wrong zone", NAT, "", false, false, "public",
	 "firewall-cmd --permanent --zone=libvirt --change-interface=virbr0 && firewall-cmd "
	 "--reload\n"},
	{"no zone", ALONE, "", false, false, "",
	 "firewall-cmd --permanent --zone=libvirt --change-interface=virbr0 && firewall-cmd "
	 "--reload\n"},
	{"a zone of the user's", "<bridge name='virbr0' zone='lab'/>" NET4, "", false,
	 false, "lab", ""},
	{"a bridge of others is in any zone", BRIDGE, "", false, false, "public", ""},
	{"no bridge", "<forward mode='passthrough'/>", DROPS, true, true, "", ""},
};

static void facts_make(size_t i, struct net *net, struct forwarding *facts)
{
	CLEANUP(free_ptr)
	char *xml = mem_format("<network><name>n</name>%s</network>", cases[i].xml);

	net_parse(xml, strlen(xml), net, NULL);
	*facts = (struct forwarding){
		.net = net,
		.firewall_is_known = true,
		.ipv4 = {.is_off = cases[i].is_off, .is_filtered = cases[i].is_filtered},
		.zone = mem_string(cases[i].zone)};
	firewall_iptables_parse(cases[i].rules, strlen(cases[i].rules), "ip filter",
				&facts->firewall);
}

static void problems_test(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP(net_free) struct net net = {0};
		CLEANUP(forwarding_free) struct forwarding facts = {0};
		CLEANUP(forwarding_problems_free)
		struct forwarding_problems problems = {0};
		CLEANUP(doctor_report_free) struct doctor_report report = {0};
		CLEANUP(buf_free) struct buf text = {0};

		facts_make(i, &net, &facts);
		forwarding_problems_find(&facts, &report, &problems);
		array_foreach(problem, &problems)
			buf_format(&text, "%s\n", problem->advice);
		tap_string(buf_text(&text), cases[i].advice, "%s", cases[i].what);
		doctor_check_forwarding(&report, &facts, &problems);
		tap_number(report.items.count,
			   problems.count ? problems.count : net.bridge != NULL,
			   "%s: so many results", cases[i].what);
	}
}

/* Tables of nftables itself. */
static void nft_test(void)
{
	static const char rules[] =
		"{\"nftables\":[{\"chain\":{\"family\":\"inet\",\"table\":\"mine\",\"name\":\"fwd\","
		"\"type\":\"filter\",\"hook\":\"forward\",\"policy\":\"drop\"}},"
		"{\"chain\":{\"family\":\"inet\",\"table\":\"firewalld\",\"name\":\"filter_INPUT\","
		"\"type\":\"filter\",\"hook\":\"input\",\"policy\":\"drop\"}}]}";
	CLEANUP(net_free) struct net net = {0};
	CLEANUP(forwarding_free) struct forwarding facts = {0};
	CLEANUP(forwarding_problems_free) struct forwarding_problems problems = {0};
	struct doctor_report report = {0};

	facts_make(0, &net, &facts);
	firewall_nft_parse(rules, strlen(rules), &facts.firewall, NULL);
	forwarding_problems_find(&facts, &report, &problems);
	if (!tap_number(problems.count, 2, "two chains drop"))
		return;
	tap_string(problems.items[0].advice,
		   "firewall-cmd --permanent --zone=trusted --add-interface=virbr0 && "
		   "firewall-cmd --reload",
		   "one of firewalld");
	tap_string(
		problems.items[1].advice,
		"nft insert rule 'inet mine fwd' iifname virbr0 accept && nft insert rule "
		"'inet mine fwd' oifname virbr0 accept",
		"one of nftables");
	tap_ok(problems.items[0].stops_dhcp && !problems.items[1].stops_dhcp,
	       "one stops DHCP");
}

static struct bridge_probe probe_make(void)
{
	struct bridge_probe probe = {.has_offer = true,
				     .neighbour_replies = true,
				     .outside_was_tried = true,
				     .outside_replies = true};

	inet_pton(AF_INET, "10.9.3.7", &probe.offer.address);
	inet_pton(AF_INET, "10.9.3.1", &probe.offer.server);
	inet_pton(AF_INET, "10.9.3.2", &probe.neighbour);
	return probe;
}

static void probe_is(const struct bridge_probe *probe, bool has_culprit,
		     const char *detail, const char *advice)
{
	CLEANUP(doctor_report_free) struct doctor_report report = {0};
	struct forwarding_problem culprit = {.detail = "because",
					     .advice = "help",
					     .stops_dhcp = true,
					     .stops_others = true};
	const struct forwarding_problems problems = {.items = &culprit,
						     .count = has_culprit};
	struct in_addr outside;

	inet_pton(AF_INET, "192.0.2.1", &outside);
	doctor_check_probe(&report, "virbr0", &outside, probe, &problems);
	tap_string(report.items.items[0].detail, detail, "%s", detail);
	tap_string(report.items.items[0].advice ? report.items.items[0].advice : "-",
		   advice, "its advice");
}

static void probe_test(void)
{
	struct bridge_probe probe = probe_make();

	probe_is(&probe, true,
		 "10.9.3.1 offers 10.9.3.7 on virbr0, from where 10.9.3.2 and 192.0.2.1 "
		 "replies to pings",
		 "-");
	probe.outside_replies = false;
	probe_is(
		&probe, true,
		"192.0.2.1 does not reply to pings from 10.9.3.7 on virbr0, as it does to "
		"this machine's: because",
		"help");
	probe.neighbour_replies = false;
	probe_is(
		&probe, false,
		"10.9.3.1 offers 10.9.3.7 on virbr0, but 10.9.3.2 does not reply to pings "
		"from there",
		doctor_kind_advice(DOCTOR_PROBE_ROUTER));
	probe = (struct bridge_probe){.waited_s = 10};
	probe_is(&probe, true, "no DHCP server answers on virbr0 within 10 s: because",
		 "help");
	probe_is(&probe, false, "no DHCP server answers on virbr0 within 10 s",
		 doctor_kind_advice(DOCTOR_PROBE_SILENT));
}

int main(void)
{
	problems_test();
	nft_test();
	probe_test();
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt's XML of networks. */
#include <inttypes.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "leases/net.h"
#include "tests/unit/tap.h"

static const char full[] =
	"<network><name>prod</name><uuid>x</uuid><forward mode='nat'/>"
	"<bridge name='virbr1' stp='on'/><domain name='lab.example'/>"
	"<ip address='192.168.124.1' netmask='255.255.255.0'><dhcp>"
	"<range start='192.168.124.10' end='192.168.124.99'/>"
	"<range start='192.168.124.9' end='192.168.124.3'/>"
	"<range start='192.168.124.9' end='fd00::1'/>"
	"<host mac='52:54:00:00:00:01' name='web-1' ip='192.168.124.10'/>"
	"<host name='only-name' ip='192.168.124.11'/>"
	"<host mac='52:54:00:00:00:03' name='no-address'/>"
	"<host mac='52:54:00:00:00:04' ip='nonsense'/></dhcp></ip>"
	"<ip family='ipv6' address='fd00:1::1' prefix='64'><dhcp>"
	"<range start='fd00:1::100' end='fd00:1::1ff'/>"
	"<host id='0:3:0:1:52:54:0:0:0:5' ip='fd00:1::5'/>"
	"<host id='00:03:00:01:52:54:00:00:00:06' name='six' ip='fd00:1::6'/>"
	"</dhcp></ip></network>";

static void net_show(const struct net *net, struct buf *text)
{
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];

	buf_format(text, "%s %s\n", net->name, net->bridge ? net->bridge : "-");
	array_foreach(subnet, &net->subnets)
		buf_format(text, "subnet %s/%u\n",
			   lease_address_format(&subnet->gateway, address),
			   subnet->prefix);
	array_foreach(range, &net->ranges) {
		buf_format(text, "range %s",
			   lease_address_format(&range->first, address));
		buf_format(text, " %s %" PRIu64 "\n",
			   lease_address_format(&range->last, address),
			   net_range_size(range));
	}
	array_foreach(reservation, &net->reservations)
		buf_format(text, "host %s %s %s\n",
			   lease_address_format(&reservation->address, address),
			   reservation->has_mac ? mac_format(reservation->mac, mac) : "-",
			   reservation->name ? reservation->name : "-");
}

static const struct {
	const char *title, *xml, *shown; /* NULL: refused */
} cases[] = {
	{"both families", full,
	 "prod virbr1\n"
	 "subnet 192.168.124.1/24\nsubnet fd00:1::1/64\n"
	 "range 192.168.124.10 192.168.124.99 90\n"
	 "range fd00:1::100 fd00:1::1ff 256\n"
	 "host 192.168.124.10 52:54:00:00:00:01 web-1\n"
	 "host 192.168.124.11 - only-name\n"
	 "host fd00:1::5 - -\n"
	 "host fd00:1::6 52:54:00:00:00:06 six\n"},
	{"a bridge of the host", "<network><name>n</name><bridge name='br0'/></network>",
	 "n br0\n"},
	{"an address without a prefix has that of its class",
	 "<network><name>n</name><ip address='10.0.0.1'/><ip address='172.16.0.1'/>"
	 "<ip address='192.168.0.1'/><ip address='fd00::1' family='ipv6'/></network>",
	 "n -\nsubnet 10.0.0.1/8\nsubnet 172.16.0.1/16\nsubnet 192.168.0.1/24\n"
	 "subnet fd00::1/64\n"},
	{"a prefix that is too long",
	 "<network><name>n</name><ip address='10.0.0.1' prefix='33'/></network>",
	 "n -\nsubnet 10.0.0.1/8\n"},
	{"an address that is none",
	 "<network><name>n</name><ip address='x'><dhcp>"
	 "<host mac='52:54:00:00:00:01' ip='10.0.0.1'/></dhcp></ip></network>",
	 "n -\n"},
	{"the whole of IPv6",
	 "<network><name>n</name><ip address='fd00::1' family='ipv6'><dhcp>"
	 "<range start='::' end='ffff::'/><range start='fd00::' end='fd00::1:0:0:0'/>"
	 "</dhcp></ip></network>",
	 "n -\nsubnet fd00::1/64\nrange :: ffff:: 18446744073709551615\n"
	 "range fd00:: fd00::1:0:0:0 281474976710657\n"},
	{"no name", "<network/>", NULL},
	{"a domain", "<domain><name>n</name></domain>", NULL},
	{"no XML", "x", NULL},
};

static void case_run(size_t i)
{
	CLEANUP(net_free) struct net net = {0};
	CLEANUP(buf_free) struct buf shown = {0};

	if (net_parse(cases[i].xml, strlen(cases[i].xml), &net, NULL) < 0) {
		tap_ok(!cases[i].shown, "%s", cases[i].title);
		return;
	}
	net_show(&net, &shown);
	tap_string(buf_text(&shown), cases[i].shown, "%s", cases[i].title);
}

static struct lease_address address(const char *text)
{
	struct lease_address parsed = {0};

	lease_address_parse(text, &parsed, NULL);
	return parsed;
}

static void lookups(void)
{
	static const struct {
		const char *address;
		unsigned int prefix;
		bool in_range;
	} addresses[] = {
		{"192.168.124.10", 24, true}, {"192.168.124.99", 24, true},
		{"192.168.124.9", 24, false}, {"192.168.124.100", 24, false},
		{"192.168.125.10", 0, false}, {"fd00:1::7", 64, false},
	};
	struct net_list nets = {0};
	struct net *net = array_add(&nets);

	net_parse(full, strlen(full), net, NULL);
	for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
		struct lease_address at = address(addresses[i].address);

		tap_number(net_prefix(net, &at), addresses[i].prefix, "prefix of %s",
			   addresses[i].address);
		tap_ok(net_range_has(&net->ranges.items[0], &at) == addresses[i].in_range,
		       "%s %s in the range", addresses[i].address,
		       addresses[i].in_range ? "is" : "is not");
	}
	tap_ok(net_find(&nets, "prod") == net, "found by its name");
	tap_ok(net_find_bridge(&nets, "virbr1") == net, "found by its bridge");
	tap_ok(!net_find(&nets, "virbr1"), "not found by another name");
	net_list_free(&nets);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		case_run(i);
	lookups();
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Networks: what is read of libvirt's XML, and which addresses are picked. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "provision/host/network.h"
#include "tests/unit/tap.h"

static const char *number_text(uint32_t number, char text[static INET_ADDRSTRLEN])
{
	struct in_addr address = {htonl(number)};

	return inet_ntop(AF_INET, &address, text, INET_ADDRSTRLEN);
}

static struct in_addr address_of(const char *text)
{
	struct in_addr address = {0};

	inet_pton(AF_INET, text, &address);
	return address;
}

/* "NAME BRIDGE <ip> INDEX GATEWAY/PREFIX dhcp FIRST-LAST... MAC=ADDRESS(NAME)..." */
static void network_show(const struct network *network, struct buf *text)
{
	char a[INET_ADDRSTRLEN], b[INET_ADDRSTRLEN], mac[MAC_TEXT_MAX];

	buf_format(text, "%s %s", network->name, network->bridge ? network->bridge : "-");
	if (network->has_subnet)
		buf_format(text, " ip%d %s/%u", network->ip_index,
			   number_text(ntohl(network->gateway.s_addr), a),
			   network->prefix);
	if (network->has_dhcp)
		buf_add_string(text, " dhcp");
	if (network->has_subnet6)
		buf_add_string(text, network->has_dhcp6 ? " dhcp6" : " ip6");
	array_foreach(range, &network->ranges)
		buf_format(text, " %s-%s", number_text(range->first, a),
			   number_text(range->last, b));
	array_foreach(host, &network->hosts)
		buf_format(text, " %s=%s(%s)",
			   host->has_mac ? mac_format(host->mac, mac) : "-",
			   number_text(ntohl(host->address.s_addr), a),
			   host->name ? host->name : "-");
}

#define NETWORK(inside) "<network><name>n</name>" inside "</network>"

static const struct {
	const char *what, *xml, *expected;
} readable[] = {
	{"a network as libvirt tells it",
	 "<network connections='2'>\n"
	 "  <name>vmango</name>\n"
	 "  <uuid>8b0e1ba4-4a4b-4a0e-9f0b-3c8d7d5f4a6e</uuid>\n"
	 "  <forward mode='nat'><nat><port start='1024' end='65535'/></nat></forward>\n"
	 "  <bridge name='virbr1' stp='on' delay='0'/>\n"
	 "  <mac address='52:54:00:00:00:01'/>\n"
	 "  <ip address='192.168.124.1' netmask='255.255.255.0'>\n"
	 "    <dhcp>\n"
	 "      <range start='192.168.124.100' end='192.168.124.254'/>\n"
	 "      <host mac='52:54:00:0A:0b:0c' name='web-1' ip='192.168.124.10'/>\n"
	 "    </dhcp>\n"
	 "  </ip>\n"
	 "</network>\n",
	 "vmango virbr1 ip0 192.168.124.1/24 dhcp 192.168.124.100-192.168.124.254 "
	 "52:54:00:0a:0b:0c=192.168.124.10(web-1)"},
	{"no subnet", NETWORK("<forward mode='bridge'/><bridge name='br0'/>"), "n br0"},
	{"a subnet without DHCP", NETWORK("<ip address='10.0.0.1' prefix='8'/>"),
	 "n - ip0 10.0.0.1/8"},
	{"a DHCP server without ranges and hosts serves nobody",
	 NETWORK("<ip address='10.0.0.1' prefix='8'><dhcp/></ip>"), "n - ip0 10.0.0.1/8"},
	{"only reservations",
	 NETWORK("<ip address='10.0.0.1' prefix='8'><dhcp><host mac='2:0:0:0:0:1' "
		 "ip='10.0.0.2'/></dhcp></ip>"),
	 "n - ip0 10.0.0.1/8 dhcp 02:00:00:00:00:01=10.0.0.2(-)"},
	{"the first subnet with DHCP, its place among all",
	 NETWORK("<ip family='ipv6' address='fd00::1' prefix='64'><dhcp><range start='fd00::2' "
		 "end='fd00::9'/></dhcp></ip><ip address='10.1.0.1' prefix='16'/>"
		 "<!-- <ip address='10.9.0.1'/> -->"
		 "<ip family='ipv4' address='10.2.0.1' prefix='16'><dhcp>"
		 "<range start='10.2.0.5' end='10.2.0.5'/></dhcp></ip>"
		 "<ip address='10.3.0.1' prefix='16'><dhcp>"
		 "<range start='10.3.0.5' end='10.3.0.5'/></dhcp></ip>"),
	 "n - ip2 10.2.0.1/16 dhcp dhcp6 10.2.0.5-10.2.0.5"},
	{"without DHCP the first IPv4 subnet",
	 NETWORK("<ip family='ipv6' address='fd00::1' prefix='64'/>"
		 "<ip address='10.1.0.1' prefix='16'/><ip address='10.2.0.1' prefix='16'/>"),
	 "n - ip1 10.1.0.1/16 ip6"},
	{"several ranges and hosts, with leases' times and without a MAC",
	 NETWORK("<ip address='10.0.0.1' netmask='255.255.255.128'><dhcp>"
		 "<range start='10.0.0.2' end='10.0.0.9'><lease expiry='1'/></range>"
		 "<range start='10.0.0.20' end='10.0.0.29'/>"
		 "<host name='a' ip='10.0.0.3'/><host mac='02:00:00:00:00:01' ip='10.0.0.4'>"
		 "<lease expiry='0'/></host></dhcp></ip>"),
	 "n - ip0 10.0.0.1/25 dhcp 10.0.0.2-10.0.0.9 10.0.0.20-10.0.0.29 -=10.0.0.3(a) "
	 "02:00:00:00:00:01=10.0.0.4(-)"},
	{"a prefix by the address's class, A", NETWORK("<ip address='10.0.0.1'/>"),
	 "n - ip0 10.0.0.1/8"},
	{"a prefix by the address's class, B", NETWORK("<ip address='172.16.0.1'/>"),
	 "n - ip0 172.16.0.1/16"},
	{"a prefix by the address's class, C", NETWORK("<ip address='192.168.0.1'/>"),
	 "n - ip0 192.168.0.1/24"},
	{"prefixes and masks that make no sense",
	 NETWORK("<ip address='10.0.0.1' prefix='33' netmask='255.0.255.0'/>"),
	 "n - ip0 10.0.0.1/8"},
	{"a prefix of none is not known", NETWORK("<ip address='10.0.0.1' prefix='0'/>"),
	 "n - ip0 10.0.0.1/8"},
	{"ranges and hosts that make no sense are passed over",
	 NETWORK("<ip address='10.0.0.1' prefix='24'><dhcp>"
		 "<range start='10.0.0.9' end='10.0.0.2'/><range start='10.0.0.2'/>"
		 "<range start='x' end='10.0.0.9'/><range start='fd00::1' end='fd00::2'/>"
		 "<host mac='02:00:00:00:00:01'/><host mac='x' ip='10.0.0.5' name='b'/>"
		 "<host mac='02:00:00:00:00:02' ip='10.0.0.500'/>"
		 "<range start='10.0.0.2' end='10.0.0.9'/></dhcp></ip>"),
	 "n - ip0 10.0.0.1/24 dhcp 10.0.0.2-10.0.0.9 -=10.0.0.5(b)"},
	{"subnets that make no sense are passed over",
	 NETWORK("<ip/><ip address='x'><dhcp><range start='10.0.0.2' end='10.0.0.9'/></dhcp>"
		 "</ip><ip address='10.1.0.1' prefix='24'><dhcp><range start='10.1.0.2' "
		 "end='10.1.0.9'/></dhcp></ip>"),
	 "n - ip2 10.1.0.1/24 dhcp 10.1.0.2-10.1.0.9"},
	{"nor are those with DHCP chosen when they make none",
	 NETWORK("<ip address='x'><dhcp/></ip><ip address='10.1.0.1' prefix='24'/>"),
	 "n - ip1 10.1.0.1/24"},
};

static const struct {
	const char *what, *xml, *reason;
} refused[] = {
	{"nothing", "", "line 1: Document is empty"},
	{"no XML", "network", "line 1: Start tag expected, '<' not found"},
	{"another document", "<domain><name>n</name></domain>", "no network"},
	{"a network inside of another document",
	 "<a><network><name>n</name></network></a>", "no network"},
	{"a network without a name", "<network><uuid>x</uuid></network>", "no network"},
	{"entities", "<!DOCTYPE n [<!ENTITY a 'b'>]><network><name>&a;</name></network>",
	 "line 1: document type declarations are refused"},
};

static void reads(const char *what, const char *xml, const char *expected)
{
	CLEANUP(network_free) struct network network = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf got = {0};

	if (tap_ok(network_parse(xml, strlen(xml), &network, &error) == 0, "%s: read: %s",
		   what, error_text(&error)))
		network_show(&network, &got);
	tap_string(buf_text(&got), expected, "%s", what);
}

static void refuses(const char *what, const char *xml, const char *reason)
{
	struct network network = {0};
	CLEANUP(error_free) struct error error = {0};

	tap_ok(network_parse(xml, strlen(xml), &network, &error) < 0 && !network.name,
	       "%s: refused", what);
	tap_string(error_text(&error), reason, "%s: why", what);
}

static const struct {
	const char *gateway;
	unsigned int prefix;
	const char *address;
	bool has;
} addresses[] = {
	{"192.168.124.1", 24, "192.168.124.2", true},
	{"192.168.124.1", 24, "192.168.124.254", true},
	{"192.168.124.1", 24, "192.168.124.0", false},
	{"192.168.124.1", 24, "192.168.124.255", false},
	{"192.168.124.1", 24, "192.168.124.1", false},
	{"192.168.124.1", 24, "192.168.125.2", false},
	{"10.0.255.254", 16, "10.0.0.0", false},
	{"10.0.255.254", 16, "10.0.0.255", true},
	{"10.0.255.254", 16, "10.0.255.255", false},
	{"10.0.0.1", 1, "127.255.255.254", true},
	{"10.0.0.1", 1, "128.0.0.1", false},
	{"10.0.0.1", 30, "10.0.0.2", true},
	{"10.0.0.1", 30, "10.0.0.3", false},
	{"10.0.0.0", 31, "10.0.0.1", true},
	{"10.0.0.0", 31, "10.0.0.0", false},
	{"10.0.0.1", 32, "10.0.0.2", false},
};

static void addresses_of_a_subnet(void)
{
	struct network none = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(addresses); i++) {
		struct network network = {.has_subnet = true,
					  .gateway = address_of(addresses[i].gateway),
					  .prefix = addresses[i].prefix};

		tap_ok(network_has_address(&network, address_of(addresses[i].address)) ==
			       addresses[i].has,
		       "%s is %sone for %s/%u", addresses[i].address,
		       addresses[i].has ? "" : "not ", addresses[i].gateway,
		       addresses[i].prefix);
	}
	tap_ok(!network_has_address(&none, address_of("10.0.0.1")),
	       "without a subnet none is");
}

/* `taken` are addresses with blanks between them. */
static void picks(const char *what, const char *xml, const char *taken,
		  const char *expected)
{
	CLEANUP(network_free) struct network network = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *words = mem_string(taken);
	ARRAY(struct in_addr) addresses_taken = {0};
	struct in_addr address;
	char text[INET_ADDRSTRLEN];

	for (char *rest = words, *word; (word = strsep(&rest, " "));)
		if (*word)
			*array_add(&addresses_taken) = address_of(word);
	if (network_parse(xml, strlen(xml), &network, &error) == 0 &&
	    network_pick_address(&network, addresses_taken.items, addresses_taken.count,
				 &address, &error) == 0)
		tap_string(inet_ntop(AF_INET, &address, text, sizeof(text)), expected,
			   "%s", what);
	else
		tap_string(error_text(&error), expected, "%s", what);
	free(addresses_taken.items);
}

#define SUBNET(dhcp) \
	NETWORK("<ip address='10.0.0.1' prefix='24'><dhcp>" dhcp "</dhcp></ip>")

static void picking(void)
{
	static const char two[] = SUBNET(
		"<range start='10.0.0.10' end='10.0.0.11'/>"
		"<range start='10.0.0.5' end='10.0.0.5'/>"
		"<host mac='02:00:00:00:00:01' ip='10.0.0.10'/>");

	picks("the first of the range",
	      SUBNET("<range start='10.0.0.10' end='10.0.0.20'/>"), "", "10.0.0.10");
	picks("not one that is reserved", two, "", "10.0.0.11");
	picks("nor one that is taken, the next range then", two, "10.0.0.11", "10.0.0.5");
	picks("in whatever order they are taken", two, "10.9.9.9 10.0.0.5 10.0.0.11",
	      "network n: no free address in its DHCP range");
	picks("never the net, the gateway and broadcast",
	      SUBNET("<range start='10.0.0.0' end='10.0.0.1'/>"
		     "<range start='10.0.0.255' end='10.0.0.255'/>"),
	      "", "network n: no free address in its DHCP range");
	picks("the last address there is",
	      NETWORK("<ip address='255.255.255.1' prefix='24'><dhcp><range "
		      "start='255.255.255.253' end='255.255.255.255'/></dhcp></ip>"),
	      "255.255.255.253", "255.255.255.254");
	picks("only the subnet's part of a range that is larger than it",
	      SUBNET("<range start='0.0.0.0' end='255.255.255.255'/>"), "10.0.0.2",
	      "10.0.0.3");
	picks("nothing of a range elsewhere",
	      SUBNET("<range start='11.0.0.0' end='255.255.255.255'/>"), "",
	      "network n: no free address in its DHCP range");
	picks("no range, no address", NETWORK("<ip address='10.0.0.1' prefix='24'/>"), "",
	      "network n: no free address in its DHCP range");
	picks("no subnet, no address", NETWORK(""), "",
	      "network n: no free address in its DHCP range");
}

/* Every address of a range is given once, then no more. */
static void all_are_picked(void)
{
	static const char xml[] = SUBNET(
		"<range start='10.0.0.0' end='10.0.0.255'/>"
		"<host mac='02:00:00:00:00:01' ip='10.0.0.77'/>");
	CLEANUP(network_free) struct network network = {0};
	struct in_addr taken[256];
	size_t count = 0;

	network_parse(xml, strlen(xml), &network, NULL);
	while (count < 256 &&
	       network_pick_address(&network, taken, count, &taken[count], NULL) == 0)
		count++;
	tap_number(count, 252,
		   "256 addresses less net, gateway, broadcast, a reservation");
}

static void reservations(void)
{
	static const uint8_t mac[] = {2, 0, 0, 0, 0, 1}, other[] = {2, 0, 0, 0, 0, 2};
	static const uint8_t zero[MAC_SIZE];
	static const char xml[] = SUBNET(
		"<host ip='10.0.0.9'/><host mac='02:00:00:00:00:01' ip='10.0.0.10'/>");
	CLEANUP(network_free) struct network network = {0};
	CLEANUP(free_ptr) char *host = NULL;

	network_parse(xml, strlen(xml), &network, NULL);
	tap_ok(network_host_by_mac(&network, mac) == &network.hosts.items[1], "by MAC");
	tap_ok(!network_host_by_mac(&network, other), "nobody has another MAC");
	tap_ok(!network_host_by_mac(&network, zero), "a host without a MAC has none");
	tap_ok(network_host_by_address(&network, address_of("10.0.0.9")) ==
		       &network.hosts.items[0],
	       "by address");
	tap_ok(!network_host_by_address(&network, address_of("10.0.0.8")),
	       "nobody has another address");
	host = network_host_xml(mac, "web-1.a_b", address_of("10.0.0.10"));
	tap_string(
		host,
		"<host mac=\"02:00:00:00:00:01\" name=\"web-1.a_b\" ip=\"10.0.0.10\"/>",
		"a reservation for libvirt");
}

/* What the configuration alone has is not free either. */
static void configured(void)
{
	static const uint8_t live[] = {2, 0, 0, 0, 0, 1}, later[] = {2, 0, 0, 0, 0, 2};
	static const char xml[] = SUBNET(
		"<range start='10.0.0.2' end='10.0.0.9'/>"
		"<host mac='02:00:00:00:00:01' name='a' ip='10.0.0.2'/>");
	static const char configuration[] = SUBNET(
		"<host mac='02:00:00:00:00:01' name='a' ip='10.0.0.3'/>"
		"<host mac='02:00:00:00:00:02' name='b' ip='10.0.0.4'/>");
	static const char moved[] =
		"<network><name>n</name><ip address='10.0.7.1' prefix='24'><dhcp>"
		"<host mac='02:00:00:00:00:01' name='a' ip='10.0.7.2'/></dhcp></ip></network>";
	CLEANUP(network_free) struct network network = {0};
	CLEANUP(free_ptr)
	char *host = network_host_xml(live, NULL, address_of("10.0.0.2"));
	struct in_addr address = {0};

	network_parse(xml, strlen(xml), &network, NULL);
	tap_ok(network_add_configured(&network, "<domain/>", 9, NULL) < 0 &&
		       !network.has_configured,
	       "a configuration that is no network");
	tap_ok(network_add_configured(&network, moved, strlen(moved), NULL) == 0 &&
		       !network.has_configured && !network.configured.count,
	       "one with another subnet has nothing for this one");
	tap_ok(network_add_configured(&network, configuration, strlen(configuration),
				      NULL) == 0 &&
		       network.has_configured,
	       "a configuration");
	tap_ok(network_host_by_mac(&network, live) == &network.hosts.items[0],
	       "the running network first");
	tap_ok(network_host_by_mac(&network, later) == &network.configured.items[1] &&
		       network_host_by_name(&network, "b") ==
			       &network.configured.items[1] &&
		       network_host_by_address(&network, address_of("10.0.0.3")) ==
			       &network.configured.items[0],
	       "then its configuration");
	network_pick_address(&network, NULL, 0, &address, NULL);
	tap_ok(address.s_addr == address_of("10.0.0.5").s_addr, "reserved in neither");
	tap_string(host, "<host mac=\"02:00:00:00:00:01\" ip=\"10.0.0.2\"/>",
		   "an entry without its name");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(readable); i++)
		reads(readable[i].what, readable[i].xml, readable[i].expected);
	for (size_t i = 0; i < ARRAY_LENGTH(refused); i++)
		refuses(refused[i].what, refused[i].xml, refused[i].reason);
	addresses_of_a_subnet();
	picking();
	all_are_picked();
	reservations();
	configured();
	return tap_done();
}

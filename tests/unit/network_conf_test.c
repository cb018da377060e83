/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NET.conf files, and names that become parts of paths. */
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/network_conf.h"
#include "tests/unit/tap.h"

static const char modern[] = "##WARNING:  THIS IS AN AUTO-GENERATED FILE.\n"
			     "##   virsh net-edit default\n"
			     "strict-order\n"
			     "pid-file=/run/libvirt/network/default.pid\n"
			     "except-interface=lo\n"
			     "bind-dynamic\n"
			     "#interface=comment0\n"
			     "interface=virbr0\n"
			     "dhcp-range=192.168.122.2,192.168.122.254,255.255.255.0\n"
			     "dhcp-hostsfile=/var/lib/libvirt/dnsmasq/default.hostsfile\n"
			     "interface=option0\n";

static const char old[] = " interface = virbr1 \n"
			  "dhcp-leasefile=/var/lib/libvirt/dnsmasq/old.leases\r\n"
			  "interface=\n";

static void name_is(int (*check)(const char *, struct error *), const char *name,
		    bool good)
{
	tap_ok((check(name, NULL) == 0) == good, "name \"%s\" is %s", name,
	       good ? "accepted" : "refused");
}

static void names_tests(void)
{
	char longest[202];

	memset(longest, 'a', sizeof(longest));
	longest[201] = '\0';
	name_is(network_name_check, longest, false);
	longest[200] = '\0';
	name_is(network_name_check, longest, true);
	name_is(network_name_check, "default", true);
	name_is(network_name_check, "..default", true);
	name_is(network_name_check, "my net", true);
	name_is(network_name_check, "", false);
	name_is(network_name_check, ".", false);
	name_is(network_name_check, "..", false);
	name_is(network_name_check, "../x", false);
	name_is(network_name_check, "a/b", false);
	name_is(bridge_name_check, "virbr0", true);
	name_is(bridge_name_check, "br0.15", true);
	name_is(bridge_name_check, "abcdefghijklmno", true);
	name_is(bridge_name_check, "abcdefghijklmnop", false);
	name_is(bridge_name_check, "", false);
	name_is(bridge_name_check, "..", false);
	name_is(bridge_name_check, "a/b", false);
	name_is(bridge_name_check, "a:b", false);
	name_is(bridge_name_check, "a b", false);
}

int main(void)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(network_conf_free) struct network_conf conf = {0};

	tap_ok(network_conf_parse(modern, sizeof(modern) - 1, &conf, &error) == 0,
	       "the file of a modern libvirt");
	tap_string(conf.bridge, "virbr0", "its bridge is the first interface");
	tap_string(conf.hosts_file, "/var/lib/libvirt/dnsmasq/default.hostsfile",
		   "its hosts file");
	tap_ok(!conf.lease_file, "it has no lease file");
	network_conf_free(&conf);
	tap_ok(network_conf_parse(old, sizeof(old) - 1, &conf, &error) == 0,
	       "the file of an old libvirt");
	tap_string(conf.bridge, "virbr1", "its bridge");
	tap_string(conf.lease_file, "/var/lib/libvirt/dnsmasq/old.leases",
		   "its lease file");
	tap_ok(network_conf_parse("interface=../x\n", 15, &conf, &error) < 0,
	       "an interface that is a path is refused");
	tap_string(error_text(&error), "interface: not an interface's name: \"../x\"",
		   "and says why");
	tap_string(conf.bridge, "virbr1", "and the result is left alone");
	names_tests();
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a look at a hypervisor makes of what it sees. */
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "provision/doctor/doctor.h"
#include "provision/doctor/checks.h"
#include "provision/doctor/kvm_probe.h"
#include "tests/unit/doctor_items.h"
#include "tests/unit/tap.h"

#define GIB (UINT64_C(1) << 30)

static void advice_is(const char *uri, enum doctor_kind kind, const char *about,
		      const char *expected)
{
	CLEANUP(doctor_report_free) struct doctor_report report = {.uri = uri};

	doctor_problem(&report, kind, about, "x");
	tap_string(report.items.items[0].advice, expected, "%s", expected);
}

static void advice_can_be_run(void)
{
	advice_is("qemu:///system", DOCTOR_NETWORK_INACTIVE, "vmango",
		  "virsh -c qemu:///system net-start vmango");
	advice_is(NULL, DOCTOR_NETWORK_INACTIVE, "vmango", "virsh net-start vmango");
	advice_is("qemu+unix:///system?socket=/x&y", DOCTOR_POOL_INACTIVE, "a'; reboot",
		  "virsh -c 'qemu+unix:///system?socket=/x&y' pool-start 'a'\\''; "
		  "reboot'");
	advice_is("test:///URI", DOCTOR_NETWORK_AUTOSTART, "NAME",
		  "virsh -c test:///URI net-autostart NAME");
	advice_is(NULL, DOCTOR_HOOK_MODE, "/a b",
		  "chown root:root '/a b' && chmod 0755 '/a b'");
	advice_is(NULL, DOCTOR_NETWORK_TRANSIENT, "",
		  "virsh net-dumpxml '' | virsh net-define /dev/stdin");
}

/* Its text without markup, runs of blanks as one. */
static char *page_text(const char *path)
{
	CLEANUP(buf_free) struct buf page = {0};
	struct buf text = {0};
	const char *line, *end;

	if (file_read(path, 1 << 20, &page, NULL) < 0)
		return NULL;
	for (line = page.data; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		if (*line == '.' && strncmp(line, ".Dl ", 4))
			continue;
		line += *line == '.' ? 4 : 0;
		for (; line < end; line++)
			if (strncmp(line, "\\(dq", 4) == 0)
				line += 3;
			else
				buf_add_char(&text, *line);
		buf_add_char(&text, ' ');
	}
	return buf_take(&text);
}

static void advice_is_in_the_manual(void)
{
	CLEANUP(free_ptr) char *text = page_text("provision/vmango-provision.1");

	if (!tap_ok(text != NULL, "the manual page is there"))
		return;
	for (unsigned int kind = 0; kind < DOCTOR_KIND_COUNT; kind++) {
		const char *advice = doctor_kind_advice(kind);

		tap_ok(strstr(text, advice) != NULL, "the manual says: %s", advice);
	}
}

static void libvirt_is_judged(void)
{
	struct doctor_report report = {0};

	doctor_check_libvirt(&report, "QEMU", 9000000);
	items_are(&report, "libvirt ok", "libvirt 9.0.0");
	doctor_check_libvirt(&report, "QEMU", 5000000);
	items_are(&report, "libvirt ok", "libvirt 5.0.0");
	doctor_check_libvirt(&report, "QEMU", 4010000);
	tap_string(report.items.items[0].detail, "version 4.10.0 is older than 5.0",
		   "an old one is named");
	items_are(&report, "libvirt finding", "libvirt 4.10.0");
	doctor_check_libvirt(&report, "LXC", 9000000);
	items_are(&report, "libvirt finding", "a driver for containers");
	doctor_check_libvirt(&report, NULL, 0);
	items_are(&report, "libvirt finding", "one that says nothing");
}

static void kvm_is_judged(void)
{
	const struct doctor_kvm none = {.arch = "x86_64"},
				good = {.arch = "x86_64", .offered = true, .tried = true},
				broken = {.arch = "x86_64",
					  .offered = true,
					  .broken = "it fails"};
	static const struct {
		enum batch_domain_type wanted;
		const char *none, *good, *broken;
	} cases[] = {
		{BATCH_DOMAIN_AUTO, "kvm warning", "kvm ok", "kvm finding"},
		{BATCH_DOMAIN_KVM, "kvm finding", "kvm ok", "kvm finding"},
		{BATCH_DOMAIN_QEMU, "kvm ok", "kvm ok", "kvm ok"},
	};
	struct doctor_report report = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		doctor_check_kvm(&report, cases[i].wanted, &none);
		items_are(&report, cases[i].none, "no KVM");
		doctor_check_kvm(&report, cases[i].wanted, &good);
		items_are(&report, cases[i].good, "KVM");
		doctor_check_kvm(&report, cases[i].wanted, &broken);
		items_are(&report, cases[i].broken, "broken KVM");
	}
	tap_ok(kvm_cpu_virtualizes("processor: 0\nflags\t\t: fpu vmx sse\nx"), "VMX");
	tap_ok(kvm_cpu_virtualizes("\nflags : svm"), "SVM");
	tap_ok(!kvm_cpu_virtualizes("\nflags : fpu svm_lock xvmx\nbugs : vmx"),
	       "neither");
	tap_ok(!kvm_cpu_virtualizes(""), "nothing at all");
}

static void networks_are_judged(void)
{
	struct doctor_object network = {.name = "lan"};
	struct doctor_report report = {0};

	tap_ok(!doctor_check_network(&report, &network), "no network can't be used");
	items_are(&report, "network finding", "no network");
	network.found = true;
	doctor_check_network(&report, &network);
	items_are(&report, "network finding; network warning", "neither up nor kept");
	network.persistent = true;
	doctor_check_network(&report, &network);
	items_are(&report, "network finding; network warning", "it does not start");
	network.active = true;
	tap_ok(doctor_check_network(&report, &network), "one without autostart can");
	items_are(&report, "network warning", "no autostart");
	network.autostart = true;
	doctor_check_network(&report, &network);
	items_are(&report, "network ok", "a good network");
}

/* A network of this XML, with so many leases, from .100 on and after ten from .200 on. */
static void dhcp_is(const char *ips, unsigned int lease_count, bool has_script,
		    const char *expected, const char *description)
{
	CLEANUP(free_ptr)
	char *xml = mem_format("<network><name>lan</name>%s</network>", ips);
	CLEANUP(net_free) struct net net = {0};
	CLEANUP(lease_list_free) struct lease_list leases = {0};
	struct doctor_report report = {0};

	net_parse(xml, strlen(xml), &net, NULL);
	net.active = true;
	for (unsigned int i = 0; i < lease_count; i++) {
		CLEANUP(free_ptr)
		char *address = mem_format("10.0.0.%u", (i < 10 ? 100 : 190) + i);
		struct lease *lease = array_add(&leases);

		lease->network = mem_string("lan");
		lease->has_expiry = true;
		lease_address_parse(address, &lease->address, NULL);
	}
	doctor_check_dhcp(&report, has_script, &net, &leases, 1000);
	items_are(&report, expected, description);
}

static void dhcp_is_judged(void)
{
	static const char ten[] =
		"<ip address='10.0.0.1' netmask='255.255.255.0'><dhcp>"
		"<range start='10.0.0.100' end='10.0.0.109'/></dhcp></ip>";
	static const char two[] =
		"<ip address='10.0.0.1' netmask='255.255.255.0'><dhcp>"
		"<range start='10.0.0.100' end='10.0.0.109'/>"
		"<range start='10.0.0.200' end='10.0.0.209'/></dhcp></ip>"
		"<ip family='ipv6' address='fd00::1' prefix='64'><dhcp>"
		"<range start='fd00::100' end='fd00::1ff'/></dhcp></ip>";

	dhcp_is("", 0, false, "dhcp warning", "a bridge of somebody else's");
	dhcp_is("", 0, true, "dhcp ok", "the same with a script");
	dhcp_is("<ip address='10.0.0.1' netmask='255.255.255.0'/>", 0, false,
		"dhcp finding", "a subnet without DHCP");
	dhcp_is("<ip family='ipv6' address='fd00::1' prefix='64'><dhcp>"
		"<range start='fd00::100' end='fd00::1ff'/></dhcp></ip>",
		0, false, "dhcp warning; dhcp ok", "IPv6 alone");
	dhcp_is("<ip family='ipv6' address='fd00::1' prefix='64'/>", 0, false,
		"dhcp warning", "IPv6 without DHCP");
	dhcp_is(ten, 0, false, "dhcp ok", "no lease yet");
	dhcp_is(ten, 8, false, "dhcp ok", "8 of 10");
	dhcp_is(ten, 9, false, "dhcp warning", "9 of 10");
	dhcp_is(ten, 10, false, "dhcp finding", "10 of 10");
	dhcp_is(two, 10, false, "dhcp ok", "one range of two is full");
	dhcp_is(two, 18, false, "dhcp warning", "18 of 20");
	dhcp_is(two, 20, false, "dhcp finding", "both are full");
}

static void pools_are_judged(void)
{
	struct doctor_pool images = {.object = {.name = "images"}},
			   roots = {.object = {.name = "roots"}};
	const struct batch_hypervisor any = {0}, overlay = {.clone = BATCH_CLONE_OVERLAY};
	struct doctor_report report = {0};

	doctor_check_pools(&report, &any, &images, &roots);
	items_are(&report, "pool finding; pool finding", "no pools");
	images = (struct doctor_pool){
		.object = {"images", true, true, true, true},
		.type = "dir",
		.capacity_bytes = 100 * GIB,
		.free_bytes = 50 * GIB,
	};
	doctor_check_pools(&report, &any, &images, &images);
	items_are(&report, "pool ok; space ok", "one pool for all");
	roots = images;
	roots.object.name = "roots";
	roots.type = "logical";
	doctor_check_pools(&report, &any, &images, &roots);
	items_are(&report, "pool ok; space ok; pool ok; space ok", "volumes in LVM");
	doctor_check_pools(&report, &overlay, &images, &roots);
	items_are(&report, "pool ok; space ok; pool ok; space ok; pool finding",
		  "overlays in LVM");
	doctor_check_pools(&report, &any, &roots, &images);
	items_are(&report, "pool ok; space ok; pool warning; pool ok; space ok",
		  "images in LVM");
	roots.type = "iscsi";
	doctor_check_pools(&report, &any, &images, &roots);
	items_are(&report, "pool ok; space ok; pool ok; space ok; pool finding",
		  "volumes where libvirt makes none");
	images.object.autostart = false;
	images.free_bytes = 9 * GIB;
	doctor_check_pools(&report, &any, &images, &images);
	items_are(&report, "pool warning; space warning", "less than a tenth is left");
	images.free_bytes = GIB - 1;
	images.object.persistent = false;
	doctor_check_pools(&report, &any, &images, &images);
	items_are(&report, "pool warning; space finding", "less than 1 GiB is left");
	images.object.active = false;
	doctor_check_pools(&report, &any, &images, &images);
	items_are(&report, "pool finding; pool warning", "not active");
}

int main(void)
{
	advice_can_be_run();
	advice_is_in_the_manual();
	libvirt_is_judged();
	kvm_is_judged();
	networks_are_judged();
	dhcp_is_judged();
	pools_are_judged();
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which URIs mean the libvirt of this machine, and what errors of libvirt say. */
#include <string.h>

#include "common/mem.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "tests/unit/tap.h"

static const struct {
	const char *uri;
	bool local;
} cases[] = {
	{"qemu:///system", true},
	{"qemu+unix:///system", true},
	{"xen:///system", true},
	{"qemu:///system?mode=direct", true},
	{"qemu:///session", false},
	{"qemu+unix:///system?socket=/run/other", false},
	{"qemu+unix:///system?mode=legacy&socket=/run/other", false},
	{"qemu+ssh://host/system", false},
	{"qemu+ssh:///system", false},
	{"qemu://host/system", false},
	{"qemu+unix://host/system", false},
	{"test:///default", false},
	{"qemu:///system/x", false},
	{"system", false},
	{"", false},
};

/* What a hypervisor of modular daemons reports without virtnetworkd. */
static void unasked_test(void)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(error_free) struct error moved = {0};
	CLEANUP(error_list_free) struct error_list list = {0};

	tap_ok(!virt_open("qemu+unix:///system?socket=/run/libvirt/virtnetworkd-sock",
			  true, &error),
	       "a daemon that does not run");
	tap_ok(error.is_unasked && !error.is_denied, "nobody answered");
	error_context(&error, "network lab");
	tap_string(
		error_text(&error),
		"network lab: qemu+unix:///system?socket=/run/libvirt/virtnetworkd-sock: Failed to connect socket to "
		"'/run/libvirt/virtnetworkd-sock': No such file or directory (start it "
		"there: systemctl start virtnetworkd.socket)",
		"and how to start it");
	error_context(&error, "lab.ini:2");
	tap_ok(error.is_unasked, "context keeps that");
	error_move(&moved, &error);
	tap_ok(moved.is_unasked && !error.message && !error.is_unasked, "so does a move");
	error_list_take(&list, &moved);
	error_list_add(&list, "another");
	tap_ok(list.unasked == 1 && list.count == 2, "a list counts them");
	virt_open("qemu+unix:///system?socket=/nonexistent/libvirt-sock", true, &error);
	tap_ok(error.is_unasked && !strstr(error_text(&error), "systemctl"),
	       "a socket that is not systemd's");
}

static void missing_test(void)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(virConnectClose_ptr)
	virConnectPtr connection = virt_open("test:///default", true, &error);

	tap_ok(connection && !virDomainLookupByName(connection, "nobody"), "no domain");
	tap_ok(virt_is_missing() && !virt_is_unasked(), "does not exist");
	virt_error(&error, "nobody");
	tap_ok(!error.is_unasked, "which is known");
	tap_ok(connection && !virNetworkLookupByName(connection, "none") &&
		       virt_is_missing(),
	       "no network");
	tap_ok(connection && !virStoragePoolLookupByName(connection, "none") &&
		       virt_is_missing(),
	       "no pool");
}

int main(void)
{
	unasked_test();
	missing_test();
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		tap_ok(virt_uri_is_local(cases[i].uri) == cases[i].local, "\"%s\" is %s",
		       cases[i].uri, cases[i].local ? "here" : "elsewhere");
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `<interface>` elements, as libvirt writes them and as templates and strangers do. */
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "leases/interface_xml.h"
#include "tests/unit/tap.h"

#define DOMAIN(interfaces) "<domain><devices>" interfaces "</devices></domain>"

static const struct {
	const char *title, *text, *shown, *error;
} cases[] = {
	{"a live network",
	 DOMAIN("<interface type='network'><mac address='52:54:00:00:00:01'/>"
		"<source network='vmango' portid='x' bridge='virbr1'/>"
		"<target dev='vnet0'/><model type='virtio'/></interface>"),
	 "network 52:54:00:00:00:01 vmango virbr1 -\n", NULL},
	{"a bridge, macvtap and user networking, in their order",
	 DOMAIN("<interface type='bridge'><source bridge='br0'/></interface>"
		"<disk><source dev='/dev/sda'/></disk>"
		"<interface type='direct'><source dev='eth0' mode='bridge'/></interface>"
		"<interface type='user'/><interface/>"),
	 "bridge - - br0 -\ndirect - - - eth0\nuser - - - -\n- - - - -\n", NULL},
	{"the first of elements that are there twice",
	 DOMAIN("<interface><mac address='a'/><mac address='b'/><source network='c'/>"
		"<source network='d' bridge='e'/></interface>"),
	 "- a c e -\n", NULL},
	{"elements elsewhere",
	 "<domain><interface type='a'/><metadata><devices><interface type='b'/></devices>"
	 "</metadata><devices><interfaces type='c'/><hostdev><interface type='d'/>"
	 "</hostdev><interface><x><mac address='e'/></x></interface></devices></domain>",
	 "- - - - -\n", NULL},
	{"no interface", "<domain/>", "", NULL},
	{"another root", "<network/>", "", "the root is not <domain>"},
	{"half of it", "<domain><devices><interface type='network'>", "",
	 "line 1: no element found"},
	{"a document type", "<!DOCTYPE domain><domain/>", "",
	 "line 1: a document type declaration is not accepted"},
};

static void text_add(struct buf *shown, const char *text, char end)
{
	buf_add_string(shown, text ? text : "-");
	buf_add_char(shown, end);
}

static void case_run(size_t i)
{
	CLEANUP(interface_xml_list_free) struct interface_xml_list interfaces = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf shown = {0};

	interface_xml_parse(cases[i].text, strlen(cases[i].text), &interfaces, &error);
	array_foreach(interface, &interfaces) {
		text_add(&shown, interface->type, ' ');
		text_add(&shown, interface->mac, ' ');
		text_add(&shown, interface->network, ' ');
		text_add(&shown, interface->bridge, ' ');
		text_add(&shown, interface->device, '\n');
	}
	tap_string(buf_text(&shown), cases[i].shown, "%s", cases[i].title);
	tap_string(error.message, cases[i].error, "%s: its error", cases[i].title);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		case_run(i);
	return tap_done();
}

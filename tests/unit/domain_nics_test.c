/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network cards of domain XML, good and hostile. */
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "hooks/domain_nics.h"
#include "leases/xml_walk.h"
#include "tests/unit/tap.h"

#define MAC	    "<mac address='52:54:00:00:00:01'/>"
#define DOMAIN(nic) "<domain type='kvm'><devices>" nic "</devices></domain>"
#define NETWORK(name) \
	"<interface type='network'>" MAC "<source network='" name "'/></interface>"
#define GOOD	   NETWORK("default")
#define GOOD_SHOWN "network 52:54:00:00:00:01 default\n"

static const struct {
	const char *title, *text, *nics, *problems, *error;
} cases[] = {
	{"a card on a network", DOMAIN(GOOD), GOOD_SHOWN, "", NULL},
	{"a card on a bridge",
	 DOMAIN("<interface type='bridge'>" MAC "<source bridge='virbr0'/></interface>"),
	 "bridge 52:54:00:00:00:01 virbr0\n", "", NULL},
	{"no card", DOMAIN("<disk type='file'/>"), "", "", NULL},
	{"cards of other types",
	 DOMAIN("<interface type='direct'>" MAC "<source dev='eth0'/></interface>"
		"<interface type='user'>" MAC "</interface>"
		"<interface>" MAC "</interface>" GOOD),
	 GOOD_SHOWN, "", NULL},
	{"what others have in their metadata",
	 "<domain><metadata><domain xmlns='x'><devices>" NETWORK(
		 "no") "</devices></domain></metadata><devices>" GOOD
		       "</devices></domain>",
	 GOOD_SHOWN, "", NULL},
	{"a name in UTF-8, with a space", DOMAIN(NETWORK("n\xc3\xa4t 1")),
	 "network 52:54:00:00:00:01 n\xc3\xa4t 1\n", "", NULL},
	{"escapes", DOMAIN(NETWORK("a&amp;&#98;")), "network 52:54:00:00:00:01 a&b\n", "",
	 NULL},
	{"one card that is bad in each way, and a good one",
	 DOMAIN("<interface type='network'><mac address='x'/><source network='a'/>"
		"</interface>"
		"<interface type='network'><source network='a'/></interface>"
		"<interface type='network'>" MAC "</interface>"
		"<interface type='bridge'>" MAC "<source network='a'/></interface>"
		"<interface type='bridge'>" MAC
		"<source bridge='a/b'/></interface>" NETWORK("..")
			NETWORK("../../etc/passwd") NETWORK("") GOOD),
	 GOOD_SHOWN,
	 "interface 1: not a MAC address: \"x\"\n"
	 "interface 2: it has no MAC address\n"
	 "interface 3: it has no network\n"
	 "interface 4: it has no bridge\n"
	 "interface 5: not an interface's name: \"a/b\"\n"
	 "interface 6: not a network's name: \"..\"\n"
	 "interface 7: not a network's name: \"../../etc/passwd\"\n"
	 "interface 8: not a network's name: \"\"\n",
	 NULL},
	{"a NUL in a name", DOMAIN(NETWORK("a&#0;b")), "", "",
	 "domain XML: line 1: reference to invalid character number"},
	{"another root", "<network>" GOOD "</network>", "", "",
	 "domain XML: the root is not <domain>"},
	{"nothing", "", "", "", "domain XML: line 1: no element found"},
	{"half of it", "<domain><devices>" GOOD, "", "",
	 "domain XML: line 1: no element found"},
	{"entities", "<!DOCTYPE d [<!ENTITY n 'x'>]>" DOMAIN(NETWORK("&n;")), "", "",
	 "domain XML: line 1: a document type declaration is not accepted"},
	{"an external document type",
	 "<!DOCTYPE domain SYSTEM 'http://127.0.0.1/x'>" DOMAIN(GOOD), "", "",
	 "domain XML: line 1: a document type declaration is not accepted"},
	{"an external document type in UTF-8 with a mark",
	 "\xef\xbb\xbf<!DOCTYPE domain PUBLIC 'a' 'file:///etc/passwd'><domain/>", "", "",
	 "domain XML: line 1: a document type declaration is not accepted"},
};

static void case_run(size_t i)
{
	CLEANUP(nic_list_free) struct nic_list list = {0};
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf shown = {0}, named = {0};
	CLEANUP(free_ptr) char *text = mem_copy(cases[i].text, strlen(cases[i].text));
	char mac[MAC_TEXT_MAX];

	domain_nics_parse(text, strlen(cases[i].text), &list, &problems, &error);
	array_foreach(nic, &list.nics)
		buf_format(&shown, "%s %s %s\n",
			   nic->type == NIC_NETWORK ? "network" : "bridge",
			   mac_format(nic->mac, mac), nic->source);
	for (size_t k = 0; k < problems.count; k++)
		buf_format(&named, "%s\n", problems.messages[k]);
	tap_string(buf_text(&shown), cases[i].nics, "%s: cards", cases[i].title);
	tap_string(buf_text(&named), cases[i].problems, "%s: problems", cases[i].title);
	tap_string(error.message, cases[i].error, "%s: error", cases[i].title);
}

static void deep_test(void)
{
	enum { DEPTH = 100000 };
	CLEANUP(nic_list_free) struct nic_list list = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf text = {0};

	buf_add_string(&text, "<domain>");
	for (int i = 0; i < DEPTH; i++)
		buf_add_string(&text, "<devices>");
	for (int i = 0; i < DEPTH; i++)
		buf_add_string(&text, "</devices>");
	buf_add_string(&text, "<devices>" GOOD "</devices></domain>");
	domain_nics_parse(text.data, text.size, &list, NULL, &error);
	tap_string(error.message, NULL, "100,000 elements deep");
	tap_number(list.nics.count, 1, "the card behind them is found");
}

static void large_test(void)
{
	CLEANUP(nic_list_free) struct nic_list list = {0};
	CLEANUP(error_free) struct error error = {0};

	tap_ok(domain_nics_parse("", (size_t)XML_WALK_SIZE_MAX + 1, &list, NULL, &error) <
		       0,
	       "XML above the maximum is refused unread");
	tap_string(error_text(&error), "domain XML: XML is larger than 33554432 bytes",
		   "and says so");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		case_run(i);
	deep_test();
	large_test();
	return tap_done();
}

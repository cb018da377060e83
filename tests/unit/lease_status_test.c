/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BRIDGE.status files, whole, broken, and large. */
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/lease_status.h"
#include "tests/unit/lease_show.h"
#include "tests/unit/tap.h"

#define MAC1	   "52:54:00:00:00:01"
#define ONE	   "{\"ip-address\":\"10.0.0.1\",\"mac-address\":\"" MAC1 "\",\"expiry-time\":7}"
#define TWO	   "{\"ip-address\":\"10.0.0.2\",\"mac-address\":\"" MAC1 "\",\"expiry-time\":7}"
#define ONE_SHOWN  "10.0.0.1 " MAC1 " - - 7 - -\n"
#define TWO_SHOWN  "10.0.0.2 " MAC1 " - - 7 - -\n"
#define BOTH_SHOWN ONE_SHOWN TWO_SHOWN

static const struct {
	const char *title, *text, *leases, *problems;
} cases[] = {
	{"no bytes", "", "", ""},
	{"an empty list as libvirt writes it", "[\n\n]\n", "", ""},
	{"an empty list", "[]", "", ""},
	{"white space", " \n", "", ""},
	{"a v4 lease as libvirt writes it",
	 "[\n  {\n    \"ip-address\": \"192.168.122.7\",\n"
	 "    \"mac-address\": \"52:54:00:AA:bb:cc\",\n"
	 "    \"hostname\": \"web-1\",\n"
	 "    \"client-id\": \"ff:b5:5e\",\n"
	 "    \"expiry-time\": 1700000000\n  }\n]\n",
	 "192.168.122.7 52:54:00:aa:bb:cc ff:b5:5e - 1700000000 web-1 -\n", ""},
	{"a v6 lease",
	 "[{\"iaid\": \"3523673\", \"ip-address\": \"2001:db8::99\", \"mac-address\": "
	 "\"" MAC1 "\", \"client-id\": \"00:03:00:01:02\", \"server-duid\": "
	 "\"00:01:aa\", \"expiry-time\": 0}]",
	 "2001:db8::99 " MAC1 " 00:03:00:01:02 3523673 0 - 00:01:aa\n", ""},
	{"a temporary v6 lease with an IAID above 2^31",
	 "[{\"iaid\": \"T4294967295\", \"ip-address\": \"2001:db8::99\", "
	 "\"mac-address\": \"" MAC1 "\", \"expiry-time\": 0}]",
	 "2001:db8::99 " MAC1 " - T4294967295 0 - -\n", ""},
	{"members that nobody knows",
	 "[{\"new\": {\"a\": [1, {}]}, \"ip-address\": \"10.0.0.1\", \"x\": null, "
	 "\"mac-address\": \"" MAC1 "\", \"expiry-time\": 7, \"y\": -1.5e3}]",
	 ONE_SHOWN, ""},
	{"escapes",
	 "[{\"hostname\": \"\\u00e9\\ud83d\\ude00\\/\\\"\", \"ip-address\": "
	 "\"10.0.0.\\u0031\", \"mac-address\": \"" MAC1 "\", \"expiry-time\": 7}]",
	 "10.0.0.1 " MAC1 " - - 7 \xc3\xa9\xf0\x9f\x98\x80/\" -\n", ""},
	{"the last of two members with one name",
	 "[{\"ip-address\": \"10.0.0.9\", \"mac-address\": \"" MAC1
	 "\", \"expiry-time\": 7, \"ip-address\": \"10.0.0.1\"}]",
	 ONE_SHOWN, ""},
	{"an address that is none", "[" ONE ",{\"ip-address\": \"10.0.0\"}," TWO "]",
	 BOTH_SHOWN, "entry 2: ip-address: not an address: \"10.0.0\"\n"},
	{"an address that is a number", "[{\"ip-address\": 1}," TWO "]", TWO_SHOWN,
	 "entry 1: ip-address: not an address: \"1\"\n"},
	{"an address that is a list", "[{\"ip-address\": []}," TWO "]", TWO_SHOWN,
	 "entry 1: ip-address: not a text\n"},
	{"a half surrogate pair", "[{\"ip-address\": \"\\ud83d\"}," TWO "]", TWO_SHOWN,
	 "entry 1: ip-address: not a text\n"},
	{"an escaped NUL", "[{\"ip-address\": \"10.0.0.1\\u0000\"}," TWO "]", TWO_SHOWN,
	 "entry 1: ip-address: not a text\n"},
	{"nothing in it", "[{}," TWO "]", TWO_SHOWN, "entry 1: ip-address is missing\n"},
	{"no MAC", "[{\"ip-address\": \"10.0.0.1\", \"expiry-time\": 7}," TWO "]",
	 TWO_SHOWN, "entry 1: mac-address is missing\n"},
	{"no expiry",
	 "[{\"ip-address\": \"10.0.0.1\", \"mac-address\": \"" MAC1 "\"}," TWO "]",
	 TWO_SHOWN, "entry 1: expiry-time is missing\n"},
	{"a negative expiry",
	 "[{\"ip-address\": \"10.0.0.1\", \"expiry-time\": -1}," TWO "]", TWO_SHOWN,
	 "entry 1: expiry-time: not a number: \"-1\"\n"},
	{"a client-id that is none",
	 "[{\"client-id\": \"xx\", \"ip-address\": \"10.0.0.1\"}," TWO "]", TWO_SHOWN,
	 "entry 1: client-id: not a client-id or DUID: \"xx\"\n"},
	{"a comma too many", "[" ONE ",," TWO ",]", BOTH_SHOWN, ""},
	{"a missing colon", "[{\"ip-address\" \"x\"}," TWO "]", TWO_SHOWN,
	 "entry 1: not a JSON object\n"},
	{"a missing quote costs its line only",
	 "[{\"ip-address\": \"10.0.0.1,\n\"x\": 1},\n" TWO "]", TWO_SHOWN,
	 "entry 1: not a JSON object\n"},
	{"a missing closing bracket", "[{\"ip-address\": \"10.0.0.1\"," TWO "]",
	 TWO_SHOWN, "entry 1: not a JSON object\n"},
	{"a nested value without end", "[{\"x\": [" TWO "," ONE "]", TWO_SHOWN ONE_SHOWN,
	 "entry 1: not a JSON object\n"},
	{"a number for an entry", "[1," TWO "]", TWO_SHOWN,
	 "entry 1: not a JSON object\n"},
	{"a text for an entry, with brackets", "[\"{]\"," TWO "]", TWO_SHOWN,
	 "entry 1: not a JSON object\n"},
	{"a file cut off", "[" ONE ",{\"ip-addr", ONE_SHOWN,
	 "entry 2: not a JSON object\nthe list has no end\n"},
	{"a file cut off between entries", "[" ONE ",", ONE_SHOWN,
	 "the list has no end\n"},
	{"a bracket too many", "[" ONE "]," TWO "]", BOTH_SHOWN,
	 "something follows the list\n"},
};

static void case_run(size_t i)
{
	struct lease_list leases = {0};
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(buf_free) struct buf shown = {0}, named = {0};
	/* A copy without NUL, so that a sanitizer sees a read behind the end. */
	CLEANUP(free_ptr) char *text = mem_copy(cases[i].text, strlen(cases[i].text));
	int status = lease_status_parse(text, strlen(cases[i].text), &leases, &problems,
					NULL);

	lease_list_show(&leases, &shown);
	for (size_t k = 0; k < problems.count; k++)
		buf_format(&named, "%s\n", problems.messages[k]);
	tap_ok(status == 0, "%s: is a list", cases[i].title);
	tap_string(buf_text(&shown), cases[i].leases, "%s: leases", cases[i].title);
	tap_string(buf_text(&named), cases[i].problems, "%s: problems", cases[i].title);
	lease_list_free(&leases);
}

static void refuses(const char *text)
{
	struct lease_list leases = {0};
	CLEANUP(error_free) struct error error = {0};

	tap_ok(lease_status_parse(text, strlen(text), &leases, NULL, &error) < 0,
	       "%s is refused", text);
	tap_string(error_text(&error), "not a list of leases", "and says why");
}

static void large_test(void)
{
	enum { COUNT = 100000 };
	struct lease_list leases = {0};
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(buf_free) struct buf text = {0};
	char address[LEASE_ADDRESS_TEXT_MAX];

	buf_add_char(&text, '[');
	for (int i = 0; i < COUNT; i++)
		buf_format(&text,
			   "{\"ip-address\":\"10.%d.%d.%d\",\"mac-address\":\"" MAC1
			   "\",\"expiry-time\":7},{\"x\":[{\"\n",
			   i >> 16, i >> 8 & 255, i & 255);
	lease_status_parse(text.data, text.size, &leases, &problems, NULL);
	tap_number(leases.count, COUNT, "all leases out of a large broken file");
	tap_string(lease_address_format(&leases.items[COUNT - 1].address, address),
		   "10.1.134.159", "the last one too");
	tap_ok(problems.count == ERROR_LIST_MAX && problems.dropped,
	       "problems are counted, not kept without end");
	lease_list_free(&leases);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		case_run(i);
	refuses("{}");
	refuses("x");
	refuses("\"[\"");
	large_test();
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dnsmasq's own lease files. */
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/lease_text.h"
#include "tests/unit/lease_show.h"
#include "tests/unit/tap.h"

#define MAC1 "52:54:00:00:00:01"

static const struct {
	const char *title, *text, *leases, *problems;
} cases[] = {
	{"no bytes", "", "", ""},
	{"a lease with everything", "1700000000 52:54:00:AA:bb:cc 10.0.0.1 web 01:02\n",
	 "10.0.0.1 52:54:00:aa:bb:cc 01:02 - 1700000000 web -\n", ""},
	{"a lease with neither name nor id, without line break",
	 "0 " MAC1 " 10.0.0.1 * *", "10.0.0.1 " MAC1 " - - 0 - -\n", ""},
	{"other hardware has no MAC of ours", "9 20-80:00:02 10.0.0.1 * 01:02\n",
	 "10.0.0.1 - 01:02 - 9 - -\n", ""},
	{"v6, the MAC out of DUID-LL, DUID-LLT, and none out of DUID-EN",
	 "duid 00:01:aa\n"
	 "9 4294967295 2001:db8::1 web 00:03:00:01:52:54:00:00:00:01\n"
	 "9 T1 2001:db8::2 * 00:01:00:01:11:22:33:44:52:54:00:00:00:01\n"
	 "9 1 2001:db8::3 * 00:02:00:00:ab:11\n"
	 "9 1 2001:db8::4 * 00:03:00:01:52:54\n",
	 "2001:db8::1 " MAC1 "? 00:03:00:01:52:54:00:00:00:01 4294967295 9 web "
	 "00:01:aa\n"
	 "2001:db8::2 " MAC1 "? 00:01:00:01:11:22:33:44:52:54:00:00:00:01 T1 9 - "
	 "00:01:aa\n"
	 "2001:db8::3 - 00:02:00:00:ab:11 1 9 - 00:01:aa\n"
	 "2001:db8::4 - 00:03:00:01:52:54 1 9 - 00:01:aa\n",
	 ""},
	{"broken lines cost themselves",
	 "9 " MAC1 " 10.0.0.1 *\n"
	 "x " MAC1 " 10.0.0.1 * *\n"
	 "9 " MAC1 " 10.0.0 * *\n"
	 "9 52:54 10.0.0.1 * *\n"
	 "9 " MAC1 " 10.0.0.1 * zz\n"
	 "9 " MAC1 " 10.0.0.1 * * more\n"
	 "9 " MAC1 " 2001:db8::1 * *\n"
	 "duid zz\n"
	 "\n"
	 "9 " MAC1 " 10.0.0.2 * *\r\n",
	 "10.0.0.2 " MAC1 " - - 9 - -\n",
	 "line 1: not a lease\n"
	 "line 2: not a number: \"x\"\n"
	 "line 3: not an address: \"10.0.0\"\n"
	 "line 4: not a MAC address: \"52:54\"\n"
	 "line 5: not a client-id or DUID: \"zz\"\n"
	 "line 6: not a lease\n"
	 "line 7: not a number: \"" MAC1 "\"\n"
	 "line 8: not a client-id or DUID: \"zz\"\n"},
};

static void case_run(const char *title, const char *source, size_t size,
		     const char *expected, const char *problems_expected)
{
	struct lease_list leases = {0};
	CLEANUP(error_list_free) struct error_list problems = {0};
	CLEANUP(buf_free) struct buf shown = {0}, named = {0};
	CLEANUP(free_ptr) char *text = mem_copy(source, size);

	lease_text_parse(text, size, &leases, &problems);
	lease_list_show(&leases, &shown);
	for (size_t k = 0; k < problems.count; k++)
		buf_format(&named, "%s\n", problems.messages[k]);
	tap_string(buf_text(&shown), expected, "%s: leases", title);
	tap_string(buf_text(&named), problems_expected, "%s: problems", title);
	lease_list_free(&leases);
}

int main(void)
{
	static const char nul[] = "9 " MAC1 " 10.0.0.1 *\0 *\n9 " MAC1 " 10.0.0.2 * *\n";
	CLEANUP(buf_free) struct buf long_line = {0};

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
		case_run(cases[i].title, cases[i].text, strlen(cases[i].text),
			 cases[i].leases, cases[i].problems);
	case_run("a NUL", nul, sizeof(nul) - 1, "10.0.0.2 " MAC1 " - - 9 - -\n",
		 "line 1: too long, or no text\n");
	for (int i = 0; i < 5000; i++)
		buf_add_char(&long_line, 'a');
	buf_add_string(&long_line, "\n9 " MAC1 " 10.0.0.2 * *\n");
	case_run("a long line", long_line.data, long_line.size,
		 "10.0.0.2 " MAC1 " - - 9 - -\n", "line 1: too long, or no text\n");
	return tap_done();
}

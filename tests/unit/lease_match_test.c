/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which leases are those of a network card. */
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/lease_match.h"
#include "leases/lease_status.h"
#include "leases/lease_text.h"
#include "tests/unit/lease_show.h"
#include "tests/unit/tap.h"

#define OURS   "52:54:00:00:00:01"
#define OTHERS "52:54:00:00:00:02"
#define ENTRY(address, mac, more)                                   \
	"{\"ip-address\": \"" address "\", \"mac-address\": \"" mac \
	"\", \"expiry-time\": 7" more "}"
#define LL(mac) "00:03:00:01:" mac

static void matches(struct lease_list *all, const char *expected, const char *title)
{
	CLEANUP(buf_free) struct buf shown = {0};
	struct lease_list found = {0};
	uint8_t mac[MAC_SIZE];

	mac_parse(OURS, mac, NULL);
	lease_match(all, mac, &found);
	lease_list_show(&found, &shown);
	tap_string(buf_text(&shown), expected, "%s", title);
	lease_list_free(&found);
	lease_list_free(all);
}

static void status_matches(const char *text, const char *expected, const char *title)
{
	struct lease_list all = {0};

	lease_status_parse(text, strlen(text), &all, NULL, NULL);
	matches(&all, expected, title);
}

static void text_matches(const char *text, const char *expected, const char *title)
{
	struct lease_list all = {0};

	lease_text_parse(text, strlen(text), &all, NULL);
	matches(&all, expected, title);
}

int main(void)
{
	status_matches("[]", "", "none");
	status_matches("[" ENTRY("10.0.0.1", OTHERS,
				 "") "," ENTRY("10.0.0.2", "52:54:0:0:0:1", "") "]",
		       "10.0.0.2 " OURS " - - 7 - -\n", "MACs are compared as bytes");
	status_matches(
		"[" ENTRY("10.0.0.1", OURS, ", \"client-id\": \"01:02\"") "," ENTRY(
			"10.0.0.2", OURS,
			", \"client-id\": \"ff:03\"") "," ENTRY("10.0.0.3", OURS,
								"") "," ENTRY("10.0.0.4",
									      OTHERS,
									      "") "," ENTRY("fd00::1",
											    OURS,
											    ", \"iaid\": \"9\", \"client-id\": \"00:04\"") "]",
		"10.0.0.1 " OURS " 01:02 - 7 - -\n"
		"10.0.0.2 " OURS " ff:03 - 7 - -\n"
		"10.0.0.3 " OURS " - - 7 - -\n"
		"fd00::1 " OURS " 00:04 9 7 - -\n",
		"all addresses, client-ids and families");
	status_matches("[" ENTRY("10.0.0.1", OTHERS,
				 ", \"client-id\": \"01:52:54:00:00:"
				 "00:01\"") "]",
		       "", "a MAC in a client-id is no MAC");
	text_matches("7 " OURS " 10.0.0.1 * 01:02\n7 " OTHERS " 10.0.0.2 * *\n"
		     "duid 00:01\n7 9 fd00::1 * " LL(OURS) "\n",
		     "10.0.0.1 " OURS " 01:02 - 7 - -\n"
		     "fd00::1 " OURS "? " LL(OURS) " 9 7 - 00:01\n",
		     "in dnsmasq's own file, with the MAC out of the DUID");
	text_matches(
		"duid 00:01\n7 9 fd00::1 * " LL(OURS) "\n7 8 fd00::2 * " LL(OURS) "\n",
		"", "a DUID of two cards is nobody's");
	text_matches(
		"duid 00:01\n7 9 fd00::1 * " LL(OURS) "\n7 9 fd00::2 * " LL(OURS) "\n",
		"fd00::1 " OURS "? " LL(OURS) " 9 7 - 00:01\n"
					      "fd00::2 " OURS
					      "? " LL(OURS) " 9 7 - 00:01\n",
		"two addresses of one card are its own");
	return tap_done();
}

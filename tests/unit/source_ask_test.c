/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What sources are asked, and how their replies read. */
#include "common/buf.h"
#include "common/cleanup.h"
#include "leases/source_ask.h"
#include "tests/unit/tap.h"

static void replies_test(void)
{
	CLEANUP(source_replies_free) struct source_replies replies = {0};
	CLEANUP(buf_free) struct buf text = {0};

	source_replies_format(&replies, &text);
	tap_string(buf_text(&text), "", "no reply");
	source_reply_add(&replies, LEASE_FROM_LEASE, "none");
	source_replies_format(&replies, &text);
	tap_string(buf_text(&text), "lease: none", "one reply");
	buf_clear(&text);
	source_reply_add(&replies, LEASE_FROM_ARP, "only %s", "fe80::1");
	source_replies_format(&replies, &text);
	tap_string(buf_text(&text), "lease: none; arp: only fe80::1", "two replies");
}

static void script_test(const char *script, const char *sources, size_t found_expected,
			const char *expected)
{
	struct machine machine = {.name = "web-1", .uuid = "u", .active = true};
	CLEANUP(lease_list_free) struct lease_list found = {0};
	CLEANUP(source_replies_free) struct source_replies replies = {0};
	CLEANUP(buf_free) struct buf text = {0};
	struct source_order order;
	const struct source_query query = {
		.machine = &machine, .order = &order, .script = script};

	array_add(&machine.nics)->mac[0] = 2;
	source_order_parse(sources, &order, NULL);
	sources_ask(&query, &found, &replies);
	source_replies_format(&replies, &text);
	tap_number(found.count, found_expected, "%s: addresses", sources);
	tap_string(buf_text(&text), expected, "%s: replies", sources);
	free(machine.nics.items);
}

int main(void)
{
	replies_test();
	script_test("/bin/true", "agent,arp,script", 0, "script: prints no address");
	script_test("/bin/false", "script", 0, "script: exit status 1");
	script_test("/bin/false", "agent,arp", 0, "");
	script_test(NULL, "lease,script", 0, "");
	return tap_done();
}

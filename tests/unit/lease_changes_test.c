/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of leases between two looks. */
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "leases/lease_changes.h"
#include "leases/lease_text.h"
#include "tests/unit/tap.h"

#define A "2000 52:54:00:00:00:01 10.0.0.1 a *\n"
#define B "2000 52:54:00:00:00:02 10.0.0.2 b *\n"
#define C "2000 52:54:00:00:00:03 10.0.0.3 c *\n"

static const struct {
	const char *title, *before, *after, *changes;
} cases[] = {
	{"nothing", "", "", ""},
	{"nothing new", A B, B A, ""},
	{"the first one", "", A, "added 10.0.0.1 a\n"},
	{"the last one", A, "", "removed 10.0.0.1 a\n"},
	{"one comes, one goes", A B, B C, "removed 10.0.0.1 a\nadded 10.0.0.3 c\n"},
	{"a renewal", A B, "3000 52:54:00:00:00:01 10.0.0.1 a *\n" B,
	 "renewed 10.0.0.1 a\n"},
	{"another host name, renewed or not", A B,
	 "3000 52:54:00:00:00:01 10.0.0.1 x *\n2000 52:54:00:00:00:02 10.0.0.2 * *\n",
	 "changed 10.0.0.1 x\nchanged 10.0.0.2 -\n"},
	{"another card at the address", A, "2000 52:54:00:00:00:09 10.0.0.1 a *\n",
	 "removed 10.0.0.1 a\nadded 10.0.0.1 a\n"},
	{"another client-id", A, "2000 52:54:00:00:00:01 10.0.0.1 a 01:02\n",
	 "removed 10.0.0.1 a\nadded 10.0.0.1 a\n"},
	{"another address", A, "2000 52:54:00:00:00:01 10.0.0.9 a *\n",
	 "removed 10.0.0.1 a\nadded 10.0.0.9 a\n"},
	{"another IAID", "duid 01\n2000 7 fd00::1 a 01\n",
	 "duid 01\n2000 8 fd00::1 a 01\n", "removed fd00::1 a\nadded fd00::1 a\n"},
};

static void results_make(struct result_list *results, const char *lines)
{
	struct lease_list leases = {0};

	lease_text_parse(lines, strlen(lines), &leases, NULL);
	array_foreach(lease, &leases)
		array_add(results)->lease = *lease;
	free(leases.items);
}

static void change_show(void *data, enum lease_change change, const struct result *result)
{
	char address[LEASE_ADDRESS_TEXT_MAX];

	buf_format(data, "%s %s %s\n", lease_change_word(change),
		   lease_address_format(&result->lease.address, address),
		   result->lease.hostname ? result->lease.hostname : "-");
}

static void machine_test(void)
{
	CLEANUP(result_list_free) struct result_list before = {0};
	CLEANUP(result_list_free) struct result_list after = {0};
	CLEANUP(buf_free) struct buf shown = {0};

	results_make(&before, A);
	results_make(&after, A);
	after.items[0].lease.machine = mem_string("web-1");
	lease_changes(&before, &after, change_show, &shown);
	tap_string(buf_text(&shown), "changed 10.0.0.1 a\n", "the machine is known now");
	buf_clear(&shown);
	before.items[0].host = 1;
	lease_changes(&before, &after, change_show, &shown);
	tap_string(buf_text(&shown), "removed 10.0.0.1 a\nadded 10.0.0.1 a\n",
		   "the same on another hypervisor");
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP(result_list_free) struct result_list before = {0};
		CLEANUP(result_list_free) struct result_list after = {0};
		CLEANUP(buf_free) struct buf shown = {0};

		results_make(&before, cases[i].before);
		results_make(&after, cases[i].after);
		lease_changes(&before, &after, change_show, &shown);
		tap_string(buf_text(&shown), cases[i].changes, "%s", cases[i].title);
	}
	machine_test();
	return tap_done();
}

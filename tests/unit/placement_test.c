/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a machine goes when several hypervisors will do. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/plan/placement.h"
#include "tests/unit/tap.h"

static const uint64_t GIB = UINT64_C(1) << 30;

/* "rack2 (why)", or "none (why)". */
static void chooses(const struct placement_option options[], size_t count,
		    const struct placement_need *need, const char *expected,
		    const char *description)
{
	CLEANUP(free_ptr) char *why = NULL;
	CLEANUP(free_ptr) char *got = NULL;
	size_t chosen = 99;
	int status = placement_choose(options, count, need, &chosen, &why);

	got = mem_format("%s (%s)", status == 0 ? options[chosen].host->name : "none",
			 why);
	tap_string(got, expected, "%s", description);
	tap_ok((status == 0) == (chosen != 99), "%s: chosen only on success",
	       description);
}

static void test_rules(void)
{
	struct placement_host a = {"a", 8 * GIB, 100 * GIB, 3};
	struct placement_host b = {"b", 4 * GIB, 100 * GIB, 1};
	struct placement_host c = {"c", 8 * GIB, 10 * GIB, 1};
	struct placement_option all[] = {{&a, NULL}, {&b, NULL}, {&c, NULL}};
	struct placement_option barred[] = {{&a, NULL}, {&b, "no image \"x\""}};

	chooses(all, 3, &(struct placement_need){GIB, GIB},
		"b (b: 1 machine; a: 3 machines; c: 1 machine)",
		"the fewest machines, the first of two with as many");
	chooses(all, 3, &(struct placement_need){5 * GIB, GIB},
		"c (c: 1 machine; a: 3 machines; b: 4.0 GiB of memory left, 5.0 GiB "
		"needed)",
		"memory counts before machines");
	chooses(all, 3, &(struct placement_need){5 * GIB, 11 * GIB},
		"a (a: 3 machines; b: 4.0 GiB of memory left, 5.0 GiB needed; c: "
		"10.0 GiB of disk left, 11.0 GiB needed)",
		"so does the disk");
	chooses(all, 3, &(struct placement_need){8 * GIB, 100 * GIB},
		"a (a: 3 machines; b: 4.0 GiB of memory left, 8.0 GiB needed; c: "
		"10.0 GiB of disk left, 100.0 GiB needed)",
		"what fits exactly fits");
	chooses(barred, 2, &(struct placement_need){GIB, GIB},
		"a (a: 3 machines; b: no image \"x\")", "an obstacle rules out");
	chooses(all, 3, &(struct placement_need){9 * GIB, GIB},
		"none (a: 8.0 GiB of memory left, 9.0 GiB needed; b: 4.0 GiB of "
		"memory left, 9.0 GiB needed; c: 8.0 GiB of memory left, 9.0 GiB needed)",
		"nowhere, with what stands against each");
	chooses(all, 0, &(struct placement_need){0, 0}, "none ()",
		"no hypervisor at all");
}

/* Machines of one plan take from each other. */
static void test_accounting(void)
{
	struct placement_host hosts[] = {{"a", 5 * GIB, 50 * GIB, 0},
					 {"b", 3 * GIB, 50 * GIB, 0}};
	struct placement_option options[] = {{&hosts[0], NULL}, {&hosts[1], NULL}};
	struct placement_need need = {2 * GIB, 10 * GIB};
	char places[8] = "";
	size_t placed = 0;

	while (placed < sizeof(places) - 1) {
		CLEANUP(free_ptr) char *why = NULL;
		size_t chosen;

		if (placement_choose(options, 2, &need, &chosen, &why) < 0)
			break;
		placement_take(&hosts[chosen], &need);
		places[placed++] = *hosts[chosen].name;
	}
	tap_string(places, "aba", "in turn, until the memory is used up");
	tap_number(hosts[0].memory_free_bytes, GIB, "memory that is left");
	tap_number(hosts[0].disk_free_bytes, 30 * GIB, "disk that is left");
	tap_number(hosts[0].machines, 2, "machines counted");
	placement_take(&hosts[1], &(struct placement_need){9 * GIB, 90 * GIB});
	tap_number(hosts[1].memory_free_bytes + hosts[1].disk_free_bytes, 0,
		   "what is promised beyond that leaves nothing, not less");
}

int main(void)
{
	test_rules();
	test_accounting();
	return tap_done();
}

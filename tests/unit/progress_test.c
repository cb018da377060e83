/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a terminal that are drawn again. */
#define _GNU_SOURCE
#include "common/cleanup.h"
#include "provision/verbs/progress.h"
#include "tests/unit/tap.h"

static void draws(struct progress *progress, double now_s, const char *expected,
		  const char *description)
{
	CLEANUP(buf_free) struct buf text = {0};

	progress_draw(progress, now_s, &text);
	tap_string(buf_text(&text), expected, "%s", description);
}

static void test_course(void)
{
	CLEANUP(progress_free) struct progress progress = {0};
	CLEANUP(buf_free) struct buf text = {0};

	progress_add(&progress, "web-1");
	progress_add(&progress, "db");
	progress_add(&progress, "mail");
	draws(&progress, 0, "0 of 3 done\n", "before anything has begun");
	progress_step(&progress, "web-1", "define", 1);
	progress_step(&progress, "db", "define", 2);
	progress_step(&progress, "web-1", "clone", 3);
	progress_bytes(&progress, "web-1", 512 << 20, UINT64_C(2) << 30);
	draws(&progress, 5,
	      "\r\033[1A\033[J"
	      "web-1     4 s  clone  512.0 MiB of 2.0 GiB\n"
	      "db        3 s  define\n"
	      "0 of 3 done\n",
	      "time since the machine's first step, bytes of this one");
	progress_step(&progress, "web-1", "start", 6);
	progress_end(&progress, "db", true);
	draws(&progress, 6,
	      "\r\033[3A\033[J"
	      "web-1     5 s  start\n"
	      "1 of 3 done, 1 failed\n",
	      "bytes go with their step, ended machines go");
	progress_step(&progress, "nobody", "start", 6);
	progress_bytes(&progress, "nobody", 1, 2);
	progress_end(&progress, "nobody", false);
	tap_number(progress.ended, 1, "an unknown machine is no matter");
	progress_clear(&progress, &text);
	progress_clear(&progress, &text);
	tap_string(buf_text(&text), "\r\033[2A\033[J", "lines are taken away once");
}

static void test_small_terminal(void)
{
	CLEANUP(progress_free) struct progress progress = {.columns = 20, .rows = 4};

	progress_add(&progress, "a");
	progress_add(&progress, "b");
	progress_add(&progress, "c");
	progress_step(&progress, "a", "wait for the address", 0);
	progress_step(&progress, "b", "start", 0);
	progress_step(&progress, "c", "start", 0);
	draws(&progress, 0,
	      "a     0 s  wait for\n"
	      "b     0 s  start\n"
	      "0 of 3 done\n",
	      "neither wider nor higher than the terminal");
}

int main(void)
{
	test_course();
	test_small_terminal();
	return tap_done();
}

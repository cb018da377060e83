/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starts and stops out of QEMU's log. */
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "hooks/qemu_log.h"
#include "tests/unit/tap.h"

#define STAMP "2026-11-23 02:43:00.123+0000: "
#define START STAMP "starting up libvirt version: 9.0.0, package: 4\n"
#define DOWN  STAMP "shutting down, reason="

static const struct {
	const char *title, *text, *reason;
} cases[] = {
	{"a log", START "LC_ALL=C \\\n-name x\nqemu: terminating\n" DOWN "destroyed\n",
	 "destroyed"},
	{"a reason of two words", START DOWN "from snapshot\n", "from snapshot"},
	{"a last line without its break", START DOWN "saved", "saved"},
	{"the last of two runs", START DOWN "saved\n" START DOWN "shutdown\n",
	 "shutdown"},
	{"a run that says nothing after one that did", START DOWN "saved\n" START, NULL},
	{"an end of a log", "tail of a line\n" DOWN "crashed\n", "crashed"},
	{"what QEMU writes itself",
	 START "shutting down, reason=destroyed\n x: shutting down, reason=destroyed\n",
	 NULL},
	{"what QEMU writes behind it", START DOWN "saved\nqemu: bye\n", "saved"},
	{"an old libvirt without reasons", START STAMP "shutting down\n", NULL},
	{"nothing", "", NULL},
	{"an empty reason", START DOWN "\n", NULL},
	{"a reason that is too long",
	 START DOWN "0123456789012345678901234567890123456789012345678901234567890123\n",
	 NULL},
};

/* What the last start was, and what was before it. */
static void runs_test(void)
{
	static const struct {
		const char *title, *text, *before;
		bool started, incoming;
	} runs[] = {
		{"a guest that was started", START "-m 1 \\\n-S\n" DOWN "failed\n", "",
		 true, false},
		{"one that came in", START "-incoming defer \\\n" DOWN "failed\n", "",
		 true, true},
		{"one that came in before",
		 START "-incoming defer \\\n" DOWN "migrated\n" START "-S\n" DOWN
		       "failed\n",
		 "migrated", true, false},
		{"two failed starts after it left",
		 START DOWN "migrated\n" START "-S\n" DOWN "failed\n" START "-S\n" DOWN
			    "failed\n",
		 "migrated", true, false},
		{"a failed return, and a failed start, after it left",
		 START DOWN "migrated\n" START "-incoming defer \\\n" DOWN
			    "crashed\n" START "-S\n" DOWN "failed\n",
		 "migrated", true, false},
		{"a run here after it left",
		 START DOWN "migrated\n" START "-S\n" DOWN "shutdown\n" START "-S\n" DOWN
			    "failed\n",
		 "shutdown", true, false},
		{"a word of another argument", START "-name -incoming \\\n -incoming x\n",
		 "", true, false},
		{"no start", "-incoming defer \\\n" DOWN "crashed\n", "", false, true},
		{"nothing", "", "", false, false},
	};

	for (size_t i = 0; i < ARRAY_LENGTH(runs); i++) {
		struct qemu_log_run run;

		qemu_log_parse(runs[i].text, strlen(runs[i].text), &run);
		tap_string(run.before, runs[i].before, "%s: before", runs[i].title);
		tap_ok(run.started == runs[i].started, "%s: started", runs[i].title);
		tap_ok(run.incoming == runs[i].incoming, "%s: incoming", runs[i].title);
	}
}

int main(void)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct qemu_log_run run;

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP(free_ptr)
		char *copy = mem_copy(cases[i].text, strlen(cases[i].text));

		qemu_log_parse(copy, strlen(cases[i].text), &run);
		tap_string(run.reason[0] ? run.reason : NULL, cases[i].reason, "%s",
			   cases[i].title);
	}
	buf_add_string(&text, DOWN "saved\n" STAMP "starting up libvirt version: ");
	for (int i = 0; i < 1000; i++)
		buf_add_char(&text, 'x');
	qemu_log_parse(buf_text(&text), text.size, &run);
	tap_ok(!run.reason[0], "a long line of a start counts");
	runs_test();
	return tap_done();
}

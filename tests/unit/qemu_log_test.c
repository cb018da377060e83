/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reason of a stop out of QEMU's log. */
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

int main(void)
{
	CLEANUP(buf_free) struct buf text = {0};
	char reason[QEMU_LOG_REASON_MAX];

	for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
		CLEANUP(free_ptr)
		char *copy = mem_copy(cases[i].text, strlen(cases[i].text));
		int status = qemu_log_reason(copy, strlen(cases[i].text), reason, NULL);

		tap_string(status < 0 ? NULL : reason, cases[i].reason, "%s",
			   cases[i].title);
	}
	buf_add_string(&text, DOWN "saved\n" STAMP "starting up libvirt version: ");
	for (int i = 0; i < 1000; i++)
		buf_add_char(&text, 'x');
	tap_ok(qemu_log_reason(buf_text(&text), text.size, reason, NULL) < 0,
	       "a long line of a start counts");
	return tap_done();
}

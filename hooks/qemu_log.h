/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a guest started and why it stopped, out of the log of its QEMU. */
#ifndef HOOKS_QEMU_LOG_H
#define HOOKS_QEMU_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

enum {
	QEMU_LOG_TAIL_SIZE = 64 * 1024,
	QEMU_LOG_REASON_MAX = 64,
};

struct qemu_log_run {
	char reason[QEMU_LOG_REASON_MAX]; /* of the stop that is last; "" when missing */
	/* Of the stop before the last start, likewise; "migrated" also when all starts
	 * since then but the last have failed, or were of a guest that came in. */
	char before[QEMU_LOG_REASON_MAX];
	bool started;  /* the last start is in the text */
	bool incoming; /* its QEMU waited for a guest, of a migration or of a file */
};

/*
 * Reads the end of a log: lines "2026-11-23 02:43:00.123+0000: starting up libvirt ...",
 * the command line that follows, with "-incoming" in a line of its own, and "...:
 * shutting down, reason=destroyed". libvirt writes the last before it runs the hooks
 * (since 2.4.0, src/qemu/qemu_process.c, qemuProcessStop).
 */
void qemu_log_parse(const char *text, size_t size, struct qemu_log_run *run);

/* The same for GUEST.log in `directory`; what was before a start that is its first is
 * looked for in the part that was rotated away. */
int qemu_log_read(const char *directory, const char *guest, struct qemu_log_run *run,
		  struct error *error);

#endif

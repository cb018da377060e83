/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a guest started and why it stopped, from the log of its QEMU. */
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
	char reason[QEMU_LOG_REASON_MAX]; /* of the last stop; "" when missing */
	/* Of the stop before the last start; "" when missing. It stays "migrated" over
	 * starts that failed or that waited for an incoming guest. */
	char before[QEMU_LOG_REASON_MAX];
	bool started;  /* the text has the last start */
	bool incoming; /* QEMU waited for a guest, from a migration or from a file */
};

/*
 * Reads the end of a log: "2026-11-23 02:43:00.123+0000: starting up libvirt ...", the
 * command line that follows, with "-incoming" in a line of its own, and "...: shutting
 * down, reason=destroyed". libvirt writes the last line before it runs the hooks (since
 * 2.4.0, src/qemu/qemu_process.c, qemuProcessStop).
 */
void qemu_log_parse(const char *text, size_t size, struct qemu_log_run *run);

/* Reads GUEST.log in `directory`. If it begins with the last start, the stop before that
 * is read from the rotated log. */
int qemu_log_read(const char *directory, const char *guest, struct qemu_log_run *run,
		  struct error *error);

#endif

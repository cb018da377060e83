/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why a guest stopped, out of the log of its QEMU. */
#ifndef HOOKS_QEMU_LOG_H
#define HOOKS_QEMU_LOG_H

#include <stddef.h>

#include "common/error.h"

enum {
	QEMU_LOG_TAIL_SIZE = 64 * 1024,
	QEMU_LOG_REASON_MAX = 64,
};

/*
 * Finds the last line "2026-11-23 02:43:00.123+0000: shutting down, reason=destroyed" in
 * the end of a log and copies what stands behind "=". libvirt writes it before it runs
 * the hooks (since 2.4.0, src/qemu/qemu_process.c, qemuProcessStop). The line of a run
 * before the last start does not count. Fails when there is none.
 */
int qemu_log_reason(const char *text, size_t size,
		    char reason[static QEMU_LOG_REASON_MAX], struct error *error);

/* The same for GUEST.log in `directory`. */
int qemu_log_read_reason(const char *directory, const char *guest,
			 char reason[static QEMU_LOG_REASON_MAX], struct error *error);

#endif

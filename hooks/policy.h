/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose leases go when a guest stops, by the reason of the stop. */
#ifndef HOOKS_POLICY_H
#define HOOKS_POLICY_H

#include <stdbool.h>

#include "common/error.h"

/* libvirt's words for a stop (virDomainShutoffReason); REASON_OTHER is all that it may
 * say beyond them. */
enum reason {
	REASON_SHUTDOWN,
	REASON_DESTROYED,
	REASON_CRASHED,
	REASON_DAEMON,
	REASON_FAILED,
	REASON_SAVED,
	REASON_MIGRATED,
	REASON_FROM_SNAPSHOT,
	REASON_OTHER,
	REASON_COUNT,
};

enum verdict {
	VERDICT_KEEP,
	VERDICT_RELEASE,
	VERDICT_UNLESS_SAVED, /* release, but not if a managed save image is there */
};

struct policy {
	enum verdict verdicts[REASON_COUNT];
	unsigned int wait_ms; /* for leases to go */
};

enum { POLICY_WAIT_MS_MAX = 1500 };

/* What holds without a file: guests that come back with their address keep it. */
struct policy policy_default(void);

/*
 * Changes `policy` to what the INI file at `path` says; a file that is not there says
 * nothing. A file with any mistake is not heeded: `policy` is left alone, -1 returned,
 * and every mistake is in `errors` as "path:line: reason".
 */
int policy_read(const char *path, struct policy *policy, struct error_list *errors);

enum reason reason_parse(const char *text);

/* Whether leases go. `has_save` tells of the guest's managed save image. */
bool policy_releases(const struct policy *policy, enum reason reason, bool has_save);

#endif

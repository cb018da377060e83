/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which reasons of a stop release the guest's leases, and the file that configures it. */
#ifndef HOOKS_POLICY_H
#define HOOKS_POLICY_H

#include <stdbool.h>

#include "common/error.h"

/* Why a guest stopped (virDomainShutoffReason); REASON_OTHER is any other reason. */
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
	VERDICT_UNLESS_SAVED, /* release, unless a managed save image exists */
};

struct policy {
	enum verdict verdicts[REASON_COUNT];
	unsigned int wait_ms; /* how long to wait for confirmation */
};

enum { POLICY_WAIT_MS_MAX = 1500 };

/* The policy without a file: guests that come back with their address keep it. */
struct policy policy_default(void);

/*
 * Updates `policy` from the INI file at `path`; a missing file changes nothing. A file
 * with any error is ignored as a whole: `policy` is unchanged, every error is in `errors`
 * as "path:line: reason", and the result is -1.
 */
int policy_read(const char *path, struct policy *policy, struct error_list *errors);

/* Reads libvirt's word, such as "from snapshot". */
enum reason reason_parse(const char *text);

/* Whether leases are released. `has_save`: the guest has a managed save image. */
bool policy_releases(const struct policy *policy, enum reason reason, bool has_save);

#endif

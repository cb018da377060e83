/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Releases the leases of results at the dnsmasq of this host. */
#ifndef LEASES_RELEASE_RESULTS_H
#define LEASES_RELEASE_RESULTS_H

#include "leases/release.h"
#include "leases/result.h"

/* The outcome for one result. The caller sets `result`, which is borrowed, and zeroes the
 * rest. */
struct release_outcome {
	const struct result *result;
	enum release_state state;
	struct error error; /* why, for RELEASE_FAILED */
};

/*
 * Releases the leases, whose files are in `directory`, by release_run(), which waits up
 * to `wait_ms` for confirmation. `directory` NULL: they are on another host, so all fail.
 * The caller frees the errors.
 */
void results_release(struct release_outcome *outcomes, size_t count,
		     const char *directory, unsigned int wait_ms);

/* The word in records: "released", "unconfirmed", "renewed" or "failed". */
const char *release_outcome_word(const struct release_outcome *outcome);

#endif

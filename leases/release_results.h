/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leases that were found, given back to the dnsmasq of this host. */
#ifndef LEASES_RELEASE_RESULTS_H
#define LEASES_RELEASE_RESULTS_H

#include "leases/release.h"
#include "leases/result.h"

/* What became of one; zeroed but for `result`, which is borrowed. */
struct release_outcome {
	const struct result *result;
	enum release_state state;
	struct error error; /* RELEASE_FAILED: why */
};

/*
 * Releases the leases, whose files are in `directory`, and waits up to `wait_ms` until
 * they have left them (release_run()). The caller frees the errors.
 */
void results_release(struct release_outcome *outcomes, size_t count,
		     const char *directory, unsigned int wait_ms);

/* "released", "unconfirmed", "renewed", "failed": the word for records. */
const char *release_outcome_word(const struct release_outcome *outcome);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Giving leases back to dnsmasq on behalf of their clients, and seeing that they go. */
#ifndef LEASES_RELEASE_H
#define LEASES_RELEASE_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "leases/lease.h"
#include "leases/lease_file.h"

enum release_state {
	RELEASE_FAILED,	     /* not sent, or the server refused: see the error */
	RELEASE_UNCONFIRMED, /* sent; still in the file when the time was up */
	RELEASE_CONFIRMED,   /* sent; gone from the file */
	RELEASE_RENEWED,     /* sent; somebody has renewed it meanwhile */
};

/* One lease to be released. Zeroed but for `lease` and `file`, which are borrowed. */
struct release {
	const struct lease *lease;
	const struct lease_file *file; /* where it was found, of lease->bridge */
	enum release_state state;
	struct error error;
	uint32_t transaction; /* for release_run() alone, as what follows */
	unsigned int missed;
	bool renewed;
};

/*
 * Sends all releases, those with a client-id first: dnsmasq takes one without as meant
 * for any lease of the MAC. Then waits until each (address, MAC, client-id) entry has
 * left its file, `wait_ms` at most, and sends again after a second what is there
 * unchanged. There is no answer to an IPv4 release, and dnsmasq can be deaf for three
 * seconds, so what is still there at the end may go later. Neither dnsmasq nor the files
 * are touched in any other way.
 *
 * Sets state and error of each; the caller frees them by release_free().
 */
void release_run(struct release *releases, size_t count, unsigned int wait_ms);

/* "released, confirmed", "released, not confirmed", ...; never NULL. */
const char *release_state_text(enum release_state state);

void release_free(struct release *release);

#endif

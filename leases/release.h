/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Releases leases on behalf of their clients, and confirms that dnsmasq removed them. */
#ifndef LEASES_RELEASE_H
#define LEASES_RELEASE_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "leases/lease.h"
#include "leases/lease_file.h"

enum release_state {
	RELEASE_FAILED,	     /* not sent, or refused by the server: see `error` */
	RELEASE_UNCONFIRMED, /* sent; still in the file at the end */
	RELEASE_CONFIRMED,   /* sent; no longer in the file */
	RELEASE_RENEWED,     /* sent; a client renewed the lease in the meantime */
};

/* One lease to release. The caller sets `lease` and `file`, which are borrowed, and
 * zeroes the rest. */
struct release {
	const struct lease *lease;
	const struct lease_file *file; /* where it was found, of lease->bridge */
	enum release_state state;
	struct error error;
	uint32_t transaction; /* this and the following: internal to release_run() */
	unsigned int missed;
	bool renewed;
};

/*
 * Sends all releases, those with a client-id first, since dnsmasq applies one without to
 * any lease of the MAC. Then waits up to `wait_ms` until no file has the entry (address,
 * MAC, client-id) any more, and sends again after one second if it is unchanged. There is
 * no reply to an IPv4 release, and dnsmasq may not read packets for three seconds, so
 * that an unconfirmed lease may be removed later. The files are only read.
 *
 * Sets state and error of each; the caller calls release_free() for each.
 */
void release_run(struct release *releases, size_t count, unsigned int wait_ms);

/* "released, confirmed", "release sent, not confirmed", ...; never NULL. */
const char *release_state_text(enum release_state state);

void release_free(struct release *release);

#endif

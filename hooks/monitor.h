/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a guest: which of its leases go, and their release. */
#ifndef HOOKS_MONITOR_H
#define HOOKS_MONITOR_H

#include <stdint.h>

/* Where things are on a libvirt host. */
struct monitor_places {
	const char *config;   /* a file */
	const char *leases;   /* BRIDGE.status, NET.conf */
	const char *networks; /* NET.xml, live */
	const char *logs;     /* GUEST.log */
	const char *saves;    /* GUEST.save */
	const char *status;   /* GUEST.xml, of guests that run */
	const char *notes;    /* our own, hooks/stop_note.h */
};

/*
 * Does what the event `stopped end` of `guest` asks for: notes whether it ran here, which
 * libvirt knows then, and at the `release` that follows no longer does.
 */
void monitor_stopped(const struct monitor_places *places, const char *guest);

/*
 * Does what the event `release end REASON` of `guest` asks for: decides by the reason
 * and by what `stopped` noted, reads the domain XML from standard input, finds the leases
 * of its NICs and releases them. Says what it did by hooks/report.h. Ends by `until_ms`
 * (clock_ms()).
 */
void monitor_release(const struct monitor_places *places, const char *guest,
		     const char *reason, uint64_t until_ms);

#endif

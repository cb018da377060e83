/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handles the hook's events: decides whether a guest's leases are released, and releases
 * them. */
#ifndef HOOKS_MONITOR_H
#define HOOKS_MONITOR_H

#include <stdint.h>

/* The files and directories of a libvirt host that the hook uses. */
struct monitor_places {
	const char *config;   /* a file */
	const char *leases;   /* BRIDGE.status, NET.conf */
	const char *networks; /* NET.xml of live networks */
	const char *logs;     /* GUEST.log */
	const char *saves;    /* GUEST.save */
	const char *status;   /* GUEST.xml of running guests */
	const char *notes;    /* the hook's own, hooks/stop_note.h */
};

/*
 * Handles `GUEST stopped end REASON`: notes whether the guest ran here. libvirt's status
 * file says so now, and no longer exists at the `release` that follows.
 */
void monitor_stopped(const struct monitor_places *places, const char *guest);

/*
 * Handles `GUEST release end REASON`: decides by the reason and by the note of `stopped`,
 * reads the domain XML from standard input, finds the leases of its NICs and releases
 * them. Reports by hooks/report.h what it did. Returns by `until_ms` (clock_ms()).
 */
void monitor_release(const struct monitor_places *places, const char *guest,
		     const char *reason, uint64_t until_ms);

#endif

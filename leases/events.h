/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Waits for changes that may affect addresses, by libvirt's events and by inotify. */
#ifndef LEASES_EVENTS_H
#define LEASES_EVENTS_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

struct events;

enum events_change {
	EVENTS_NONE,
	EVENTS_FILES,	/* only files have changed */
	EVENTS_LIBVIRT, /* machines, networks or the connection, and possibly files */
	EVENTS_UNREAD,	/* the reader of the output has closed it */
};

/* NULL on failure. The caller calls events_end() after it closed its connections. */
struct events *events_start(struct error *error);
void events_end(struct events *events);

/*
 * Watches a directory for files that are created, changed or deleted. If it does not
 * exist yet, events_wait() tries again. Adding a directory twice has no effect.
 */
void events_add_directory(struct events *events, const char *path);

/*
 * Watches a connection for starts and stops of machines, networks and guest agents, NICs
 * that are added or removed, and the end of the connection, as far as the hypervisor's
 * driver has events for them: common/virt_open.h runs libvirt's event loop. To be removed
 * before the connection is closed.
 */
void events_add_connection(struct events *events, virConnectPtr connection);
void events_remove_connection(struct events *events, virConnectPtr connection);

/* Watches the pipe or socket `fd` for its reader closing it. */
void events_add_output(struct events *events, int fd);

/* Waits until something has changed since the last call, or until `until_ms`
 * (clock_ms()). Returns what changed; EVENTS_UNREAD always after the reader has closed
 * the output. */
enum events_change events_wait(struct events *events, uint64_t until_ms);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Something about addresses may have changed: told by libvirt's events and by inotify. */
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
	EVENTS_LIBVIRT, /* machines, networks or the connection, and maybe files */
	EVENTS_UNREAD,	/* the reader of the output is gone */
};

/*
 * Registers libvirt's default event loop, which has to be done before a connection is
 * opened, and once. NULL on failure; the caller ends it after its connections.
 */
struct events *events_start(struct error *error);
void events_end(struct events *events);

/*
 * From now on files that come, change or go in the directory are changes. A directory
 * that is not there (yet) is tried again by events_wait(). Adding one again does nothing.
 */
void events_add_directory(struct events *events, const char *path);

/*
 * Starts and stops of machines, networks and guest agents, network cards that come and
 * go, and the end of the connection are changes. What the hypervisor's driver has no
 * events for is left out. To be removed before the connection is closed.
 */
void events_add_connection(struct events *events, virConnectPtr connection);
void events_remove_connection(struct events *events, virConnectPtr connection);

/* From now on it is a change when nobody reads what is written to the pipe or socket
 * `fd`. */
void events_add_output(struct events *events, int fd);

/* Sleeps until something has changed since the last call, or until the moment `until_ms`
 * of clock_ms(). Tells what has. Once the reader is gone, that. */
enum events_change events_wait(struct events *events, uint64_t until_ms);

#endif

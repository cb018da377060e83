/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls of one connection that are under way at a time, so that they share its latency.
 */
#ifndef COMMON_IN_FLIGHT_H
#define COMMON_IN_FLIGHT_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The requests of one connection that a daemon processes at a time are 5 by default
 * before libvirt 10.0 (max_client_requests in libvirtd.conf); one is left to ask whether
 * it still answers.
 */
enum {
	IN_FLIGHT = 4,
	IN_FLIGHT_10_0 = 20,
};

/*
 * A connection in its first phase, in which it is read by calls in flight. libvirt's own
 * messages, by which a connection notices silence, can't be used then (see
 * common/virt_socket.h); so in_flight() does. Once they are begun they can't be stopped.
 */
struct in_flight {
	virConnectPtr connection;
	unsigned int limit; /* of calls at a time */
	bool is_over;	    /* the phase: libvirt notices silence, one call at a time */
	bool is_silent;	    /* no answer for VIRT_SILENT_S: the connection was ended */
};

/* Begins the phase of a connection of virt_open_bare(); ends it if in_flight() could not
 * end the connection. */
struct in_flight in_flight_start(virConnectPtr connection);

/* Sets the limit to IN_FLIGHT_10_0 if the hypervisor's libvirt is that new. A call, to be
 * made in flight. */
void in_flight_ask_limit(struct in_flight *flight);

/*
 * Calls call(data, i) for each i below `count` as parallel() does, which makes calls of
 * libvirt on the connection; nobody else may use it meanwhile. libvirt's last error
 * belongs to a thread, so `call` looks at it. The calls should take the daemon no time:
 * before libvirt 10.0 one may not be sent until another returns. The first calls to
 * storage (or networks, secrets, ...) on a connection are to be made one after the other:
 * virtqemud opens its own connection to the daemon for that with the first. If no call()
 * has returned, and no question whether the hypervisor still answers, for VIRT_SILENT_S,
 * the connection is ended, and its calls fail.
 */
void in_flight(struct in_flight *flight, size_t count, void (*call)(void *data, size_t i),
	       void *data);

/* Ends the phase: from now on, calls can be made as on a connection of virt_open(). */
void in_flight_end(struct in_flight *flight);

#endif

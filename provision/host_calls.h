/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that take long: starting a guest, copying an image.
 *
 * libvirtd reads no more than five messages of a connection that are not answered yet
 * (max_client_requests, https://libvirt.org/daemons.html), so a few of these calls would
 * hold up every other call, and the streams, of the same connection. They are spread over
 * connections of their own as soon as there are several.
 */
#ifndef PROVISION_HOST_CALLS_H
#define PROVISION_HOST_CALLS_H

#include "provision/host.h"

/*
 * A connection to make one long call on: the host's own, when no other such call is on it
 * or no more connections can be had without asking anybody for a password. To be given
 * back by host_call_end() when the call has returned and what was got from the connection
 * is freed. For several threads.
 */
virConnectPtr host_call_begin(struct host *host);
void host_call_end(struct host *host, virConnectPtr connection);

/* Closes them all; by host_free(). */
void host_calls_close(struct host *host);

#endif

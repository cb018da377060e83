/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that notice when the hypervisor stops answering. */
#ifndef COMMON_VIRT_OPEN_H
#define COMMON_VIRT_OPEN_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "common/error.h"

enum {
	/* VIRT_SILENT_S while a connection is opened; after that, it is how long
	 * VIRT_SILENT_MAX messages have not been answered, one each VIRT_ASK_S. */
	VIRT_ASK_S = 5,
	VIRT_SILENT_MAX = 3,
	/* The same while ssh may ask the user for a password, and after a connection was
	 * lost. */
	VIRT_PROMPT_S = 120,
	VIRT_AGAIN_S = 4,
};

/*
 * Opens `uri` unchanged; NULL is libvirt's default. From then on libvirt itself prints no
 * errors. Calls on the connection fail once the hypervisor has not answered for
 * VIRT_SILENT_S, where libvirt has such messages
 * (https://libvirt.org/internals/rpc.html): its test driver has none. The caller calls
 * virConnectClose(). NULL on failure; the error is marked as one of virt_is_unasked().
 * One that was silent is not tried again for VIRT_SILENT_S.
 * The first call starts a thread for libvirt's event loop, unless virt_loop_take() was
 * called.
 */
virConnectPtr virt_open(const char *uri, bool read_only, struct error *error);

/* The same in place of a connection that was lost, within VIRT_AGAIN_S, so that what has
 * been silent for VIRT_SILENT_S does not hold up the program for as long again. */
virConnectPtr virt_open_again(const char *uri, struct error *error);

/* The same, but without these messages, until virt_keep_alive(): for in_flight_start().
 */
virConnectPtr virt_open_bare(const char *uri, bool read_only, struct error *error);
void virt_keep_alive(virConnectPtr connection);

/* Whether a program that libvirt starts to open `uri`, such as ssh, may ask the user for
 * something. */
bool virt_may_prompt(const char *uri);

/* For a program that calls virEventRunDefaultImpl() itself; once, before any connection
 * is opened. */
int virt_loop_take(struct error *error);

#endif

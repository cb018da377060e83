/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that notice when the hypervisor stops answering. */
#ifndef COMMON_VIRT_OPEN_H
#define COMMON_VIRT_OPEN_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "common/error.h"

enum {
	/* VIRT_SILENT_S is the limit for opening a connection, and for VIRT_SILENT_MAX +
	 * 1 messages that are not answered, VIRT_ASK_S apart. */
	VIRT_ASK_S = 5,
	VIRT_SILENT_MAX = 3,
	/* The same while ssh may ask the user for a password, and after a connection was
	 * lost. */
	VIRT_PROMPT_S = 120,
	VIRT_AGAIN_S = 4,
	/* Attempts to open a connection that were given up, each with a thread and a
	 * socket until libvirt gives it up too: with as many, one is made each
	 * VIRT_RARELY_S. */
	VIRT_OUTSTANDING_MAX = 4,
	VIRT_RARELY_S = 300,
	VIRT_SSH_MAX = 4, /* connections of a program to one hypervisor over ssh */
};

/*
 * Opens `uri` unchanged; NULL is libvirt's default. From then on libvirt itself prints no
 * errors. Calls on the connection fail once the hypervisor has not answered for
 * VIRT_SILENT_S, where libvirt has such messages
 * (https://libvirt.org/internals/rpc.html): its test driver has none. The caller calls
 * virConnectClose(). NULL on failure; the error is marked as one of virt_is_unasked().
 * A login that an SSH server refuses as it has too many is tried again meanwhile.
 * One that was silent is not tried again for VIRT_SILENT_S, see also
 * VIRT_OUTSTANDING_MAX.
 * The first call starts a thread for libvirt's event loop, without which neither side
 * notices that the other has gone, not even in a call that waits; callbacks of events run
 * there.
 */
virConnectPtr virt_open(const char *uri, bool read_only, struct error *error);

/* The same, but without these messages until virt_keep_alive(): for in_flight_start(). */
virConnectPtr virt_open_bare(const char *uri, bool read_only, struct error *error);
void virt_keep_alive(virConnectPtr connection);

/* As virt_open() in place of a connection that was lost, within VIRT_AGAIN_S, so that
 * what has been silent for VIRT_SILENT_S does not hold up the program for as long again.
 */
virConnectPtr virt_open_again(const char *uri, struct error *error);

/*
 * The URI for another connection like the one with `uri` and `type` (of
 * virConnectGetType(); NULL: not known) that does not ask for a password; NULL if there
 * can't be one. The caller frees it.
 */
char *virt_open_quiet_uri(const char *uri, const char *type);

/* Whether each connection to that URI is a login of ssh(1), or by a library for it. */
bool virt_open_is_ssh(const char *uri);

/* Whether a program that libvirt starts to open `uri`, such as ssh, may ask the user for
 * something. */
bool virt_may_prompt(const char *uri);

#endif

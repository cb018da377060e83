/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a guest that stops has been running, out of libvirt's status file. */
#ifndef HOOKS_DOMAIN_STATUS_H
#define HOOKS_DOMAIN_STATUS_H

#include <stddef.h>

#include "common/error.h"

enum presence {
	PRESENCE_UNKNOWN,
	PRESENCE_HERE, /* it ran on this host, and nowhere else */
	PRESENCE_AWAY, /* it may run on another host: it was still arriving, or leaving */
	PRESENCE_COUNT,
};

/*
 * Finds the presence in GUEST.xml of /run/libvirt/qemu, `size` bytes, which exists until
 * the hook's `stopped` has run. It is libvirt's own format (src/qemu/qemu_domain.c,
 * qemuDomainObjPrivateXMLFormat); read are the state and its reason (virDomainState), the
 * asynchronous job, and whether the list of devices exists, which libvirt 9.0 to 11.3
 * fill when a guest starts, for an arriving one after all of it has been received.
 * A killed QEMU has the state `shutdown` whether or not its guest had arrived. Fails with
 * "line N: reason" on what is no such file.
 */
int domain_status_parse(const char *text, size_t size, enum presence *presence,
			struct error *error);

/* The same for GUEST.xml in `directory`; PRESENCE_UNKNOWN when there is none. */
int domain_status_read(const char *directory, const char *guest, enum presence *presence,
		       struct error *error);

#endif

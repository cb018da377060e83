/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a stopping guest has been running, from libvirt's status file. */
#ifndef HOOKS_DOMAIN_STATUS_H
#define HOOKS_DOMAIN_STATUS_H

#include <stddef.h>

#include "common/error.h"

enum presence {
	PRESENCE_UNKNOWN,
	PRESENCE_HERE, /* it ran on this host only */
	PRESENCE_AWAY, /* it may run on another host: a migration was not finished */
	PRESENCE_COUNT,
};

/*
 * Reads the presence from `size` bytes of /run/libvirt/qemu/GUEST.xml, which exists until
 * the hook's `stopped` has run. The format is internal to libvirt
 * (src/qemu/qemu_domain.c, qemuDomainObjPrivateXMLFormat). Used are the state and its
 * reason (virDomainState), the asynchronous job, and the list of devices: libvirt 9.0 to
 * 11.3 fill it when a guest starts, and that of an incoming guest when the migration is
 * complete. It decides where the state does not: after QEMU was killed the state is
 * `shutdown`, whether or not the migration was complete. Fails with "line N: reason" if
 * the text is not a status file.
 */
int domain_status_parse(const char *text, size_t size, enum presence *presence,
			struct error *error);

/* Reads GUEST.xml in `directory`; PRESENCE_UNKNOWN when it does not exist. */
int domain_status_read(const char *directory, const char *guest, enum presence *presence,
		       struct error *error);

#endif

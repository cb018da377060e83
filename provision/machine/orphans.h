/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding volumes and reservations with the names of a machine that does not own them. */
#ifndef PROVISION_MACHINE_ORPHANS_H
#define PROVISION_MACHINE_ORPHANS_H

#include "provision/host/host.h"

/*
 * Adds a message (orphan_text.h) for each object with a name of `machine`, whose domain
 * does not exist. Volumes are looked up by libvirt; if it can't be asked, a message says
 * so.
 */
void orphans_find(const struct host *host, const char *machine,
		  struct error_list *messages);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes and reservations that have the names of a machine without being its own. */
#ifndef PROVISION_MACHINE_ORPHANS_H
#define PROVISION_MACHINE_ORPHANS_H

#include "provision/host/host.h"

/*
 * Adds a message (orphan_text.h) for each object that has a name of `machine`, of which
 * there is no domain. libvirt is asked for the volumes; what can't be asked is not named.
 */
void orphans_find(const struct host *host, const char *machine,
		  struct error_list *messages);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes and reservations that have the names of a machine without being its own. */
#ifndef PROVISION_MACHINE_ORPHANS_H
#define PROVISION_MACHINE_ORPHANS_H

#include "provision/host/host.h"

/*
 * What another user made, or a run that lost its batch in the middle of a call: nobody
 * can know, so it is never deleted, only named, with the command that does so. The caller
 * owns what these return: `volume web-1_disk is in pool default of rack1 already; if
 * nothing needs it: virsh -c URI vol-delete --pool default web-1_disk`.
 */
char *orphan_volume_text(const struct host *host, const char *volume);
char *orphan_reservation_text(const struct host *host, const struct network_host *found);

/*
 * Adds such a line for each object that has a name of `machine`, of which there is no
 * domain. libvirt is asked for the volumes; what can't be asked is not named.
 */
void orphans_find(const struct host *host, const char *machine,
		  struct error_list *messages);

#endif

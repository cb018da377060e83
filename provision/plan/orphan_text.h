/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages about volumes and reservations that have a machine's name and are not its own.
 */
#ifndef PROVISION_PLAN_ORPHAN_TEXT_H
#define PROVISION_PLAN_ORPHAN_TEXT_H

#include "provision/host/facts.h"

/*
 * Another user may have created the object, or a run that lost its batch in the middle of
 * a call: it is never deleted, only named, with the command that does so. The caller owns
 * what these return: `volume web-1_disk is in pool default of rack1 already; if nothing
 * needs it: virsh -c URI vol-delete --pool default web-1_disk`.
 */
char *orphan_volume_text(const struct facts *facts, const char *volume);
char *orphan_reservation_text(const struct facts *facts,
			      const struct network_host *found);

#endif

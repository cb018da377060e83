/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages about volumes and reservations with the name of a machine that does not own
 * them.
 */
#ifndef PROVISION_PLAN_ORPHAN_TEXT_H
#define PROVISION_PLAN_ORPHAN_TEXT_H

#include "provision/host/facts.h"

/*
 * Such an object was created by another user, or by a run that lost its batch during a
 * call. It is never deleted; the message has the command that deletes it: `volume
 * web-1_disk already exists in pool default of rack1; if nothing needs it: virsh -c URI
 * vol-delete --pool default web-1_disk`; for a volume that a domain seems to use, the
 * domain instead of the command. The caller owns the text.
 */
char *orphan_volume_text(const struct facts *facts, const char *volume);
char *orphan_reservation_text(const struct facts *facts,
			      const struct network_host *found);

/*
 * The command that deletes a reservation from the running network and its configuration,
 * as far as they have it: "virsh -c URI net-update ...", or "... net-edit" for one
 * without a MAC address. The caller owns it.
 */
char *orphan_entry_command(const char *uri, const char *network,
			   const struct network_host *found, const char *name, bool live,
			   bool configured);
char *orphan_reservation_command(const struct facts *facts,
				 const struct network_host *found);

#endif

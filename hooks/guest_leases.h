/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The leases that the network cards of a guest have on this host. */
#ifndef HOOKS_GUEST_LEASES_H
#define HOOKS_GUEST_LEASES_H

#include "common/error.h"
#include "common/mem.h"
#include "hooks/domain_nics.h"
#include "leases/lease.h"
#include "leases/lease_file.h"

struct guest_leases {
	struct lease_list leases;	/* each once */
	ARRAY(struct lease_file) files; /* where they are; each bridge once */
};

/*
 * Adds the leases of all cards: finds the bridge of each (by the live networks in
 * `state_directory`, else by libvirt's configuration of dnsmasq in `lease_directory`) and
 * its lease file. A bridge without one has nobody who hands out leases, and is nothing to
 * speak of. What goes wrong with one card is added to `problems` and stops no other.
 */
void guest_leases_find(const char *lease_directory, const char *state_directory,
		       const struct nic_list *nics, struct guest_leases *found,
		       struct error_list *problems);

/* The file of a bridge that is among them; NULL for others. */
const struct lease_file *guest_leases_file(const struct guest_leases *found,
					   const char *bridge);

void guest_leases_free(struct guest_leases *found);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The leases that the NICs of a guest have on this host. */
#ifndef HOOKS_GUEST_LEASES_H
#define HOOKS_GUEST_LEASES_H

#include "common/error.h"
#include "common/mem.h"
#include "hooks/domain_nics.h"
#include "leases/lease.h"
#include "leases/lease_file.h"

struct guest_leases {
	struct lease_list leases;	/* no duplicates */
	ARRAY(struct lease_file) files; /* their lease files, one for each bridge */
};

/*
 * Adds the leases of all NICs. The bridge of a NIC on a network is looked up in the live
 * networks in `state_directory`, else in libvirt's configuration of dnsmasq in
 * `lease_directory`; the bridge's lease file is in `lease_directory`. A bridge without a
 * lease file has no DHCP server of libvirt, which is not an error. A NIC that fails is
 * reported in `problems` and does not affect the others.
 */
void guest_leases_find(const char *lease_directory, const char *state_directory,
		       const struct nic_list *nics, struct guest_leases *found,
		       struct error_list *problems);

/* The lease file of a bridge; NULL if it was not found. Borrowed. */
const struct lease_file *guest_leases_file(const struct guest_leases *found,
					   const char *bridge);

void guest_leases_free(struct guest_leases *found);

#endif

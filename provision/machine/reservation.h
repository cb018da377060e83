/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reservations: a network's <host> entries, which give a MAC its address. */
#ifndef PROVISION_MACHINE_RESERVATION_H
#define PROVISION_MACHINE_RESERVATION_H

#include <netinet/in.h>
#include <stdbool.h>

#include "provision/host/host.h"
#include "provision/machine/run.h"

/*
 * Chooses an address of the DHCP range that is not reserved, not leased, not in the
 * metadata of a machine that is ready, and not yet chosen in this run.
 */
int reservation_pick(struct host *host, struct in_addr *address, struct error *error);

/*
 * Reserves the address, live and in the configuration. *taken says whether it failed
 * because the address is already taken.
 */
int reservation_add(struct run *run, struct host *host,
		    const uint8_t mac[static MAC_SIZE], const char *name,
		    struct in_addr address, bool *taken, struct error *error);

/* Adds a reservation that others have deleted to the running network, to the
 * configuration, or to both, where it is missing. -1 if the network can't be read, or
 * another entry has its address or name. */
int reservation_restore(struct run *run, struct host *host,
			const struct metadata_reservation *reservation,
			struct error *error);

/*
 * Deletes the entry with this MAC address, address and name from the network that the
 * reservation names, live and in the configuration. A missing entry or network is not an
 * error. An entry of the MAC address that others have given another address or name
 * stays, which is a note of the run.
 */
int reservation_delete(struct run *run, struct host *host,
		       const struct metadata_reservation *reservation,
		       struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing a machine with everything that its metadata say it owns. */
#ifndef PROVISION_MACHINE_MACHINE_REMOVE_H
#define PROVISION_MACHINE_MACHINE_REMOVE_H

#include "provision/host/host.h"
#include "provision/machine/run.h"

/*
 * Stops the guest (run->graceful_s by ACPI first), deletes its volumes and reservation,
 * and the domain with its NVRAM last, so that a run that dies over it can be repeated: it
 * is in the state "being-removed" before the first of them goes. What the metadata in the
 * domain name and nothing else is touched; a domain without our metadata is an error.
 * What is gone already is no error.
 */
int machine_remove(struct run *run, struct host *host, virDomainPtr domain,
		   struct error *error);

/* The same for what this run itself has begun: a domain that has the token of another
 * run, or of none, stays as it is, which is an error. */
int machine_roll_back(struct run *run, struct host *host, virDomainPtr domain,
		      struct error *error);

/*
 * Removes what a machine has left on `host`, which it was migrated away from: volumes
 * that are not those of `new_host`, where it must run, complete, defined to stay and at
 * rest; the reservation, once `new_host` has one too if its network has the address; the
 * domain last. What a network script has assigned stays the machine's.
 */
int machine_remove_leftover(struct run *run, struct host *host, struct host *new_host,
			    virDomainPtr domain, struct error *error);

/*
 * Stops the guest: asks it by ACPI and waits for run->graceful_s seconds when these are
 * not 0, then by force. One that does not run is no error.
 */
int machine_stop(struct run *run, virDomainPtr domain, struct error *error);

#endif

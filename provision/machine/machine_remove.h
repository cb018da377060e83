/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Removing a machine with everything that it owns according to its metadata. */
#ifndef PROVISION_MACHINE_MACHINE_REMOVE_H
#define PROVISION_MACHINE_MACHINE_REMOVE_H

#include "provision/host/host.h"
#include "provision/machine/run.h"

/*
 * Stops the guest (by ACPI first, for run->graceful_s), deletes its volumes and
 * reservation, and last the domain with its NVRAM, so that an interrupted removal can be
 * repeated: its state is "being-removed" before the first object is deleted, or still
 * "being-created". Only what
 * the domain's metadata name is deleted; a domain without our metadata is an error.
 * Objects that no longer exist are not an error. A domain that no longer has the name,
 * batch or run of `planned` is one (struct machine_guard).
 */
int machine_remove(struct run *run, struct host *host, virDomainPtr domain,
		   const struct facts_domain *planned, struct error *error);

/* Removes the volumes that machine_remove() leaves, with run->leaves_volumes, from the
 * metadata: those in pools that are missing or inactive. */
void machine_remove_away(struct host *host, struct metadata *metadata);

/* Completes the metadata of a machine that runs, though its removal has begun, as that
 * was interrupted before the first object was deleted (change_is_taken_back()): it is
 * "ready" again. */
int machine_take_back(struct run *run, virDomainPtr domain,
		      const struct facts_domain *planned, struct error *error);

/* Removes a machine that this run has begun to create. A domain with the token of another
 * run, or without one, is an error, and stays as it is. */
int machine_roll_back(struct run *run, struct host *host, virDomainPtr domain,
		      struct error *error);

/*
 * Removes the leftovers of a machine on `host`, which it was migrated away from: volumes
 * that are not those of `new_host`, where it must be complete and settled
 * (domain_is_settled_in()); the reservation, which is first created on `new_host` if its
 * network has the address; last the domain. An address that a network script assigned
 * stays the machine's.
 */
int machine_remove_leftover(struct run *run, struct host *host, struct host *new_host,
			    virDomainPtr domain, const struct facts_domain *planned,
			    struct error *error);

/*
 * Stops the guest: by ACPI, if run->graceful_s is not 0, for that many seconds, then by
 * force. A guest that does not run is not an error.
 */
int machine_stop(struct run *run, virDomainPtr domain, struct error *error);

#endif

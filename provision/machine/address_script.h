/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that a network script assigns, where libvirt's network has no DHCP. */
#ifndef PROVISION_MACHINE_ADDRESS_SCRIPT_H
#define PROVISION_MACHINE_ADDRESS_SCRIPT_H

#include <netinet/in.h>
#include <stdbool.h>

#include "leases/lease.h"
#include "provision/host/metadata.h"
#include "provision/host/host.h"
#include "provision/plan/changes.h"
#include "provision/machine/run.h"

/*
 * `assign-ip`: the first IPv4 address that the script prints, which must be the batch's
 * if the batch has one. A script prints the same address for the same machine each time.
 */
int address_script_assign(struct run *run, const struct change *change,
			  struct in_addr *address, struct error *error);

/* `lookup-ip`: the first IPv4 address that the script prints, else the first IPv6 one; -1
 * if it prints none. */
int address_script_lookup(const struct change *change, struct lease_address *address,
			  struct error *error);

/* `release-ip` for the reservation in the domain's metadata. The script is the one in the
 * batch, as programs named in metadata can't be trusted. */
int address_script_release(struct run *run, const struct host *host, const char *id,
			   const struct metadata *metadata, struct error *error);

#endif

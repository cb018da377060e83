/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks who knows a machine's address, by the code of vmango-leases(1): leases, network
 * script, guest agent, ARP table. */
#ifndef PROVISION_MACHINE_MACHINE_SOURCES_H
#define PROVISION_MACHINE_MACHINE_SOURCES_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "leases/source_ask.h"
#include "provision/plan/changes.h"
#include "provision/plan/machine_xml.h"

/* Everything is borrowed. */
struct machine_sources {
	const struct change *change;
	virDomainPtr domain; /* NULL: it does not run, or libvirt can't be asked */
	const struct in_addr *wanted; /* no other address counts; NULL: any */
	bool leases_only;	      /* only the leases are asked */
	/* Those of the machine that were read before; NULL: its network is asked. */
	const struct lease_list *leases;
	/* See machine_sources_begin(); NULL: the guest runs since before this run. */
	const struct neighbour_list *before;
	/* For the replies of the sources that were asked, also which addresses do not
	 * count. NULL: not wanted. */
	struct source_replies *replies;
};

/*
 * Whether a source knows an address of the machine's NIC, other than a link-local one; it
 * is then in `address`, with its source. Of one source, an IPv4 address is preferred. The
 * sources are asked in this order until one knows one: the leases of the network that
 * the NIC is on, the network script, the guest agent, the ARP table. What the latter has
 * of a guest that was just started counts if it is new, and libvirt's DHCP server does
 * not assign the addresses of that family.
 */
bool machine_sources_ask(const struct machine_sources *sources,
			 struct machine_address *address);

/* Right after the start of the guest: sets `before` to the neighbours, which are read if
 * the hypervisor is this host. */
void machine_sources_begin(struct machine_sources *sources,
			   struct neighbour_list *neighbours);

/* The NIC of a guest that runs since before this run; NULL: none, or not known. */
const struct hardware_nic *machine_nic_live(const struct change *change);

/* The network that the guest's NIC is on, if that is another one than the batch's, until
 * its next start; NULL otherwise. */
const char *machine_network_live(const struct change *change);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was read about one hypervisor's addresses: plain data, without a connection. */
#ifndef LEASES_HYPERVISOR_FACTS_H
#define LEASES_HYPERVISOR_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "leases/lease.h"
#include "leases/machine_nics.h"
#include "leases/neighbours.h"
#include "leases/net.h"

/* Zeroed at first; hypervisor_clear() frees it. */
struct hypervisor_facts {
	struct net_list nets;
	struct machine_list machines;
	struct lease_list leases; /* with expired ones, if read from a file */
	struct lease_list others; /* addresses from the agent, ARP and the script */
	struct neighbour_list neighbours; /* of this host; read when first needed */
	struct error_list problems;	  /* what could not be read */
	struct error_list notes;	  /* what each source replied */
	bool leases_by_machine_only;	  /* the driver has no leases by network */
	bool has_machines;		  /* the machines have been read */
	bool machines_missing; /* some could not be read; `problems` says why */
};

/* Frees everything except the machines. */
void hypervisor_facts_clear(struct hypervisor_facts *facts);

/*
 * Sets the network of each NIC that is on the bridge of a libvirt network, beginning with
 * machine number `first_machine`.
 */
void hypervisor_facts_set_networks(struct hypervisor_facts *facts, size_t first_machine);

#endif

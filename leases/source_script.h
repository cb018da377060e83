/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Vmango's network script, asked for an address. */
#ifndef LEASES_SOURCE_SCRIPT_H
#define LEASES_SOURCE_SCRIPT_H

#include "common/error.h"
#include "leases/lease.h"
#include "leases/machine.h"

enum {
	SOURCE_SCRIPT_TIMEOUT_MS = 10 * 1000,
	SOURCE_SCRIPT_OUTPUT_MAX = 64 * 1024, /* bytes */
};

/*
 * Runs `script lookup-ip` with the machine in its environment (VMANGO_MACHINE_NAME,
 * VMANGO_MACHINE_ID, VMANGO_MACHINE_HWADDR, VMANGO_MACHINE_PLAN, VMANGO_NETWORK_NAME;
 * github.com/subuk/vmango, dal/libvirt_network_scripted.go) and appends the addresses
 * that it prints, separated by white space. What is no address, as "_unknown_", is none.
 *
 * Fails when the script can't be run, exits with another status than 0, prints no address
 * or more than SOURCE_SCRIPT_OUTPUT_MAX, or takes longer than SOURCE_SCRIPT_TIMEOUT_MS;
 * it is then killed with all processes of its group.
 */
int source_script_ask(const char *script, const struct machine *machine,
		      const struct machine_nic *nic, struct lease_list *leases,
		      struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Vmango's network script, asked for an address. */
#ifndef LEASES_SOURCE_SCRIPT_H
#define LEASES_SOURCE_SCRIPT_H

#include "common/error.h"
#include "leases/lease.h"
#include "leases/machine_nics.h"

/*
 * Runs `script lookup-ip` as network_script_run() does and appends the addresses that it
 * prints, separated by white space. What is no address, as "_unknown_", is none; with no
 * address at all it fails.
 */
int source_script_ask(const char *script, const struct machine *machine,
		      const struct machine_nic *nic, struct lease_list *leases,
		      struct error *error);

#endif

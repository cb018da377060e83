/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks Vmango's network script for an address. */
#ifndef LEASES_SOURCE_SCRIPT_H
#define LEASES_SOURCE_SCRIPT_H

#include "common/error.h"
#include "leases/lease.h"
#include "leases/machine_nics.h"

/*
 * Runs `script lookup-ip` by network_script_run() and appends the addresses that it
 * prints, separated by white space. Words that are not addresses, such as "_unknown_",
 * are skipped. Fails if the output has no address.
 */
int source_script_ask(const char *script, const struct machine *machine,
		      const struct machine_nic *nic, struct lease_list *leases,
		      struct error *error);

#endif

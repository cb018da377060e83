/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the sources that know one machine of a hypervisor. */
#ifndef LEASES_HYPERVISOR_ASK_H
#define LEASES_HYPERVISOR_ASK_H

#include "leases/hypervisor.h"
#include "leases/source_order.h"

/*
 * Asks the sources in `order` for the addresses of a machine by sources_ask(); `script`
 * may be NULL. Adds addresses to `facts.others`, and why a source has none to
 * `facts.notes`.
 */
void hypervisor_ask(struct hypervisor *hypervisor, const struct machine *machine,
		    const struct source_order *order, const char *script);

/*
 * Asks the guest agents of all running machines. Appends every address of every interface
 * that they report, with the machine's name. Agents that fail are skipped.
 */
void hypervisor_ask_agents(const struct hypervisor *hypervisor, struct lease_list *found);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the sources that know one machine: guest agent, ARP table, script. */
#ifndef LEASES_HYPERVISOR_ASK_H
#define LEASES_HYPERVISOR_ASK_H

#include "leases/hypervisor.h"
#include "leases/source_order.h"

/*
 * Asks the sources in `order` for the addresses of each of facts.machines that is
 * `selected`, by sources_ask(); `script` may be NULL. Several machines are asked at a
 * time, few agents, which may not answer. Adds addresses to `facts.others`, and why a
 * source has none to `facts.notes`, in the order of machines. Fails if the connection is
 * lost meanwhile.
 */
int hypervisor_ask(struct hypervisor *hypervisor, const bool *selected,
		   const struct source_order *order, const char *script,
		   struct error *error);

/*
 * Asks the guest agents of all running machines. Appends every address of every interface
 * that they report, with the machine's name. Agents that fail are skipped.
 */
void hypervisor_ask_agents(struct hypervisor *hypervisor, struct lease_list *found);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was read about one hypervisor's addresses: plain data, without a connection. */
#define _GNU_SOURCE
#include "common/mem.h"
#include "leases/hypervisor_facts.h"

void hypervisor_facts_clear(struct hypervisor_facts *facts)
{
	net_list_free(&facts->nets);
	lease_list_free(&facts->leases);
	lease_list_free(&facts->others);
	neighbours_free(&facts->neighbours);
	error_list_free(&facts->problems);
	error_list_free(&facts->notes);
}

void hypervisor_facts_set_networks(struct hypervisor_facts *facts, size_t first_machine)
{
	for (size_t i = first_machine; i < facts->machines.count; i++) {
		array_foreach(nic, &facts->machines.items[i].nics) {
			const struct net *net = NULL;

			if (!nic->network && nic->bridge)
				net = net_find_bridge(&facts->nets, nic->bridge);
			if (net)
				nic->network = mem_string(net->name);
		}
	}
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Explains why a machine has no address. */
#define _GNU_SOURCE
#include <string.h>

#include "leases/explain.h"

static bool has_result(const struct query *query, size_t host,
		       const struct machine_nic *nic, enum lease_source source)
{
	array_foreach(result, &query->results) {
		if (result->host == host && result->lease.source == source &&
		    result->lease.has_mac && mac_equal(result->lease.mac, nic->mac))
			return true;
	}
	return false;
}

/* Why the NIC can have neither reservation nor lease; NULL if it can. */
static const char *net_reason(const struct hypervisor *hypervisor,
			      const struct machine_nic *nic)
{
	const struct net *net = NULL;

	if (!hypervisor->connection)
		return NULL;
	if (!nic->network)
		return "not on a network of libvirt";
	net = net_find(&hypervisor->facts.nets, nic->network);
	if (!net)
		return "on a network that does not exist";
	return net->active ? NULL : "on a network that is not active";
}

static void nic_explain(const struct query *query, size_t host,
			const struct machine *machine, const struct machine_nic *nic,
			struct error_list *reasons)
{
	static const struct {
		enum lease_source source;
		const char *nothing;
	} sources[] = {
		{LEASE_FROM_STATIC, "no reservation"},
		{LEASE_FROM_LEASE, "no lease"},
	};
	const char *reason = net_reason(&query->hypervisors.items[host], nic);
	char mac[MAC_TEXT_MAX];

	mac_format(nic->mac, mac);
	if (reason)
		error_list_add(reasons, "%s: %s: %s", machine->name, mac, reason);
	for (size_t i = 0; !reason && i < ARRAY_LENGTH(sources); i++) {
		enum lease_source source = sources[i].source;

		if (source_order_has(&query->options->order, source) &&
		    !has_result(query, host, nic, source))
			error_list_add(reasons, "%s: %s: %s: %s", machine->name, mac,
				       lease_source_name(source), sources[i].nothing);
	}
}

void explain_target(const struct query *query, const struct target *target,
		    struct error_list *reasons)
{
	const char *network = query->options->filter.network;
	bool found = false;

	for (size_t host = 0; host < query->hypervisors.count; host++) {
		array_foreach(machine, &query->hypervisors.items[host].facts.machines) {
			if (!target_matches_machine(target, host, machine))
				continue;
			found = true;
			array_foreach(nic, &machine->nics) {
				if (!network ||
				    (nic->network && !strcmp(nic->network, network)))
					nic_explain(query, host, machine, nic, reasons);
			}
		}
	}
	if (!found)
		error_list_add(reasons, "%s: no reservation, lease or machine has it",
			       target->word);
}

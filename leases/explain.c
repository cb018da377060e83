/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why there is no address: what each source said. */
#define _GNU_SOURCE
#include <string.h>

#include "leases/explain.h"

static bool has_answer(const struct gathering *gathering, size_t host,
		       const struct machine_nic *nic, enum lease_source source)
{
	array_foreach(answer, &gathering->answers) {
		if (answer->host == host && answer->lease.source == source &&
		    answer->lease.has_mac && mac_equal(answer->lease.mac, nic->mac))
			return true;
	}
	return false;
}

/* Why neither reservations nor leases can speak of the card; NULL when they can. */
static const char *net_reason(const struct survey *survey, const struct machine_nic *nic)
{
	const struct net *net = NULL;

	if (!survey->connection)
		return NULL;
	if (!nic->network)
		return "in no network of libvirt's";
	net = net_find(&survey->nets, nic->network);
	if (!net)
		return "in a network that is not there";
	return net->active ? NULL : "in a network that is not active";
}

static void nic_explain(const struct gathering *gathering, size_t host,
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
	const char *reason = net_reason(&gathering->surveys.items[host], nic);
	char mac[MAC_TEXT_MAX];

	mac_format(nic->mac, mac);
	if (reason)
		error_list_add(reasons, "%s: %s: %s", machine->name, mac, reason);
	for (size_t i = 0; !reason && i < ARRAY_LENGTH(sources); i++) {
		enum lease_source source = sources[i].source;

		if (source_order_has(&gathering->request->order, source) &&
		    !has_answer(gathering, host, nic, source))
			error_list_add(reasons, "%s: %s: %s: %s", machine->name, mac,
				       lease_source_name(source), sources[i].nothing);
	}
}

void explain_target(const struct gathering *gathering, const struct target *target,
		    struct error_list *reasons)
{
	const char *network = gathering->request->filter.network;
	bool found = false;

	for (size_t host = 0; host < gathering->surveys.count; host++) {
		array_foreach(machine, &gathering->surveys.items[host].machines) {
			if (!target_means(target, host, machine))
				continue;
			found = true;
			array_foreach(nic, &machine->nics) {
				if (!network ||
				    (nic->network && !strcmp(nic->network, network)))
					nic_explain(gathering, host, machine, nic,
						    reasons);
			}
		}
	}
	if (!found)
		error_list_add(reasons, "%s: in no reservation, no lease, and no machine",
			       target->word);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks Vmango's network script for an address. */
#define _GNU_SOURCE
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/network_script.h"
#include "leases/source_script.h"

int source_script_ask(const char *script, const struct machine *machine,
		      const struct machine_nic *nic, struct lease_list *leases,
		      struct error *error)
{
	const struct network_script_machine described = {.name = machine->name,
							 .id = machine->uuid,
							 .plan = machine->plan,
							 .network = nic->network,
							 .mac = nic->mac};
	CLEANUP(buf_free) struct buf text = {.max_size = NETWORK_SCRIPT_OUTPUT_MAX};
	CLEANUP(free_ptr) char *words = NULL;
	size_t before = leases->count;
	char *rest, *word;

	if (network_script_run(script, "lookup-ip", &described, &text, error) < 0)
		return -1;
	rest = words = buf_take(&text);
	while ((word = strtok_r(rest, " \t\r\n", &rest))) {
		struct lease lease = {.source = LEASE_FROM_SCRIPT, .has_mac = true};

		if (lease_address_parse(word, &lease.address, NULL) < 0)
			continue;
		memcpy(lease.mac, nic->mac, MAC_SIZE);
		lease.machine = mem_string(machine->name);
		lease.network = mem_string(nic->network);
		lease.bridge = mem_string(nic->bridge);
		*array_add(leases) = lease;
	}
	return leases->count > before ? 0 : error_set(error, "prints no address");
}

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
		struct lease_address address;
		struct lease *lease;

		if (lease_address_parse(word, &address, NULL) < 0)
			continue;
		lease = array_add(leases);
		*lease = machine_nic_lease(machine, nic, LEASE_FROM_SCRIPT);
		lease->address = address;
	}
	return leases->count > before ? 0 : error_set(error, "prints no address");
}

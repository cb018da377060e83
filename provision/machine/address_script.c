/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses that a network script assigns, where libvirt's network has no DHCP. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/cleanup.h"
#include "leases/network_script.h"
#include "provision/machine/address_script.h"

/* The first address of the family. */
static int address_read(const struct buf *text, sa_family_t family,
			struct lease_address *address)
{
	CLEANUP(free_ptr) char *words = mem_string(buf_text(text));
	char *rest = words, *word;

	while ((word = strtok_r(rest, " \t\r\n", &rest))) {
		struct lease_address found;

		if (lease_address_parse(word, &found, NULL) < 0 || found.family != family)
			continue;
		*address = found;
		return 0;
	}
	return -1;
}

static int script_run(const struct change *change, const char *action, struct buf *text,
		      struct error *error)
{
	const struct batch_hypervisor *config = change->facts->config;
	char wanted[INET_ADDRSTRLEN];
	const struct network_script_machine machine = {
		.name = change->name,
		.id = change->uuid,
		.plan = change->machine->plan->name,
		.network = config->network,
		.address = change->machine->ip == BATCH_IP_ADDRESS
				   ? inet_ntop(AF_INET, &change->machine->address, wanted,
					       sizeof(wanted))
				   : NULL,
		.mac = change->mac,
	};

	if (config->script_distrust)
		return error_set(error, "%s: not asked, since its file %s",
				 config->network_script, config->script_distrust);
	if (network_script_run(config->network_script, action, &machine, text, error) < 0)
		return error_context(error, "%s %s", config->network_script, action);
	return 0;
}

int address_script_assign(struct run *run, const struct change *change,
			  struct in_addr *address, struct error *error)
{
	CLEANUP(buf_free) struct buf text = {.max_size = NETWORK_SCRIPT_OUTPUT_MAX};
	const char *script = change->facts->config->network_script;
	struct lease_address assigned;
	int status;

	if (run_change(run, error) < 0)
		return -1;
	status = script_run(change, "assign-ip", &text, error);
	run_point(run);
	if (status < 0)
		return -1;
	if (address_read(&text, AF_INET, &assigned) < 0)
		return error_set(error, "%s assign-ip: prints no IPv4 address", script);
	if (change->machine->ip == BATCH_IP_ADDRESS &&
	    assigned.v4.s_addr != change->machine->address.s_addr)
		return error_set(
			error, "%s assign-ip: prints an address that is not the batch's",
			script);
	*address = assigned.v4;
	return 0;
}

int address_script_lookup(const struct change *change, struct lease_address *address,
			  struct error *error)
{
	CLEANUP(buf_free) struct buf text = {.max_size = NETWORK_SCRIPT_OUTPUT_MAX};

	if (script_run(change, "lookup-ip", &text, error) < 0)
		return -1;
	if (address_read(&text, AF_INET, address) < 0 &&
	    address_read(&text, AF_INET6, address) < 0)
		return error_set(error, "%s lookup-ip: prints no address",
				 change->facts->config->network_script);
	return 0;
}

int address_script_release(struct run *run, const struct host *host, const char *id,
			   const struct metadata *metadata, struct error *error)
{
	const struct metadata_reservation *reservation = &metadata->reservation;
	const char *script = host->config->network_script;
	char address[INET_ADDRSTRLEN];
	const struct network_script_machine machine = {
		.name = reservation->name,
		.id = id,
		.plan = metadata->plan,
		.network = reservation->network,
		.address = reservation->ip.s_addr ? inet_ntop(AF_INET, &reservation->ip,
							      address, sizeof(address))
						  : NULL,
		.mac = reservation->mac,
	};
	CLEANUP(buf_free) struct buf text = {.max_size = NETWORK_SCRIPT_OUTPUT_MAX};
	int status;

	if (!script)
		return error_set(
			error,
			"its address was assigned by a network script, but hypervisor %s "
			"has no network_script",
			host->config->name);
	if (run_change(run, error) < 0)
		return -1;
	status = network_script_run(script, "release-ip", &machine, &text, error);
	run_point(run);
	return status < 0 ? error_context(error, "%s release-ip", script) : 0;
}

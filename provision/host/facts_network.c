/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the network of a hypervisor's machines. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "provision/host/facts_network.h"
#include "provision/host/host_interface.h"
#include "provision/host/network_read.h"

/* As with Vmango, a network whose addresses a script assigns may be a bridge of the host.
 * Where libvirt can't list these, it is taken for one. */
static int bridge_read(struct host *host, struct error_list *errors)
{
	const char *name = host->config->network;
	CLEANUP(error_free) struct error error = {0};
	int found = host_interface_find(host->connection, name, &error);

	if (found < 0 && error.is_unasked)
		return batch_hypervisor_error_take(host->config, "network", errors,
						   &error);
	if (!found)
		return batch_hypervisor_error(host->config, "network", errors,
					      "no network and no bridge \"%s\" on %s",
					      name, host->config->name);
	host->facts.network.name = mem_string(name);
	host->facts.network.bridge = mem_string(name);
	host->facts.network.is_bridge = true;
	return 0;
}

static int network_find(struct host *host, bool if_active, struct error_list *errors)
{
	const char *name = host->config->network;
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(free_ptr) char *command = NULL;
	int is_active;

	host->network = virNetworkLookupByName(host->connection, name);
	is_active = host->network ? virNetworkIsActive(host->network) : -1;
	if (if_active && (host->network ? !is_active : virt_is_missing())) {
		if (host->network)
			virNetworkFree(TAKE(host->network));
		return 0;
	}
	if (!host->network && virt_is_missing() && host->config->network_script)
		return bridge_read(host, errors);
	if (!host->network && virt_is_missing())
		return batch_hypervisor_error(host->config, "network", errors,
					      "no network \"%s\" on %s", name,
					      host->config->name);
	if (is_active < 0) {
		virt_error(&error, "network %s", name);
		return batch_hypervisor_error_take(host->config, "network", errors,
						   &error);
	}
	if (!is_active) {
		command = virsh_text(host->facts.uri, "net-start", name, NULL);
		return batch_hypervisor_error(host->config, "network", errors,
					      "network \"%s\" is not active on %s (%s)",
					      name, host->config->name, command);
	}
	if (network_read(host->network, 0, &host->facts.network, &error) < 0 ||
	    network_read_configured(host->network, &host->facts.network, &error) < 0)
		return batch_hypervisor_error_take(host->config, "network", errors,
						   &error);
	return 0;
}

#if LIBVIR_CHECK_VERSION(5, 5, 0)
static void ports_read(const struct host *host, struct facts_network *network)
{
	virNetworkPortPtr *ports = NULL;

	network->has_ports = virNetworkListAllPorts(host->network, &ports, 0) >= 0;
	for (size_t i = 0; network->has_ports && ports[i]; i++) {
		virNetworkPortGetUUIDString(ports[i], array_add(&network->ports)->text);
		virNetworkPortFree(ports[i]);
	}
	free(ports);
}
#else
static void ports_read(const struct host *host, struct facts_network *network)
{
	(void)host;
	(void)network;
}
#endif

void facts_network_read(struct host *host, struct facts_network *network)
{
	if (network_find(host, network->if_active, &network->errors) == 0 &&
	    host->network)
		ports_read(host, network);
}

static bool port_exists(const struct facts_network *network, const char *uuid)
{
	array_foreach(port, &network->ports) {
		if (!strcasecmp(port->text, uuid))
			return true;
	}
	return false;
}

/* Guests stay without a connection after their network was stopped and started. */
void facts_network_compare(struct host *host, const struct facts_network *network)
{
	const char *name = host->config->network;

	if (!network->has_ports)
		return;
	array_foreach(domain, &host->facts.domains) {
		array_foreach(nic, &domain->live.nics)
			nic->is_detached = nic->port && text_equal(nic->source, name) &&
					   !port_exists(network, nic->port);
	}
}

void facts_network_free(struct facts_network *network)
{
	free(network->ports.items);
	error_list_free(&network->errors);
}

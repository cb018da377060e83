/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NICs of a guest that can have leases, from its domain XML. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "hooks/domain_nics.h"
#include "leases/interface_xml.h"
#include "leases/network_conf.h"

/* Other types have no DHCP server of libvirt. */
static int nic_add(struct interface_xml *interface, struct nic_list *nics,
		   struct error *error)
{
	bool is_network = interface->type && !strcmp(interface->type, "network");
	bool is_bridge = interface->type && !strcmp(interface->type, "bridge");
	char **source = is_network ? &interface->network : &interface->bridge;
	struct nic nic = {.type = is_network ? NIC_NETWORK : NIC_BRIDGE};

	if (!is_network && !is_bridge)
		return 0;
	if (!interface->mac)
		return error_set(error, "it has no MAC address");
	if (!*source)
		return error_set(error, "it has no %s", interface->type);
	if (mac_parse(interface->mac, nic.mac, error) < 0 ||
	    (is_network ? network_name_check : bridge_name_check)(*source, error) < 0)
		return -1;
	nic.source = TAKE(*source);
	*array_add(&nics->nics) = nic;
	return 0;
}

int domain_nics_parse(const char *text, size_t size, struct nic_list *nics,
		      struct error_list *problems, struct error *error)
{
	CLEANUP(interface_xml_list_free) struct interface_xml_list interfaces = {0};
	size_t number = 0;

	if (interface_xml_parse(text, size, &interfaces, error) < 0)
		return error_context(error, "domain XML");
	array_foreach(interface, &interfaces) {
		struct error wrong = {0};

		number++;
		if (nic_add(interface, nics, &wrong) < 0) {
			error_context(&wrong, "interface %zu", number);
			error_list_take(problems, &wrong);
		}
	}
	return 0;
}

void nic_list_free(struct nic_list *nics)
{
	if (!nics)
		return;
	array_foreach(nic, &nics->nics)
		free(nic->source);
	free(nics->nics.items);
	*nics = (struct nic_list){0};
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a hypervisor has a network device: a bridge, a network interface. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "common/virt.h"
#include "provision/host/host_interface.h"

DEFINE_CLEANUP(virInterfacePtr, virInterfaceFree)

/* libvirt's names of network devices are net_NAME_MAC, with "_" for what is neither
 * letter nor digit. */
static bool is_device(virConnectPtr connection, const char *name)
{
	CLEANUP(free_ptr) char *start = mem_format("net_%s_", name);
	CLEANUP(free_ptr) virNodeDevicePtr *devices = NULL;
	int count = virConnectListAllNodeDevices(connection, &devices,
						 VIR_CONNECT_LIST_NODE_DEVICES_CAP_NET);
	bool found = false;

	for (char *at = start; *at; at++)
		if (!isalnum((unsigned char)*at))
			*at = '_';
	for (int i = 0; i < count; i++) {
		found = found ||
			!strncmp(virNodeDeviceGetName(devices[i]), start, strlen(start));
		virNodeDeviceFree(devices[i]);
	}
	return found;
}

int host_interface_find(virConnectPtr connection, const char *name, struct error *error)
{
	CLEANUP(virInterfaceFree_ptr)
	virInterfacePtr interface = virInterfaceLookupByName(connection, name);

	CLEANUP(error_free) struct error unknown = {0};

	if (interface)
		return 1;
	if (virt_error_code() != VIR_ERR_NO_INTERFACE)
		virt_error(&unknown, "network device \"%s\"", name);
	if (is_device(connection, name))
		return 1;
	return unknown.message ? error_set(error, "%s", unknown.message) : 0;
}

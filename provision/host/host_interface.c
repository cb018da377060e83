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

enum { MAC_LENGTH = 17 };

DEFINE_CLEANUP(virInterfacePtr, virInterfaceFree)

/* libvirt's names of network devices are net_NAME_MAC, with "_" for what is neither
 * letter nor digit. 1: it is one, 0: not, -1: they can't be listed. */
static int is_device(virConnectPtr connection, const char *name)
{
	CLEANUP(free_ptr) char *start = mem_format("net_%s_", name);
	CLEANUP(free_ptr) virNodeDevicePtr *devices = NULL;
	int count = virConnectListAllNodeDevices(connection, &devices,
						 VIR_CONNECT_LIST_NODE_DEVICES_CAP_NET);
	int found = 0;

	if (count < 0)
		return -1;
	for (char *at = start; *at; at++)
		if (!isalnum((unsigned char)*at))
			*at = '_';
	for (int i = 0; i < count; i++) {
		const char *device = virNodeDeviceGetName(devices[i]);

		if (!strncmp(device, start, strlen(start)) &&
		    strlen(device) == strlen(start) + MAC_LENGTH)
			found = 1;
		virNodeDeviceFree(devices[i]);
	}
	return found;
}

int host_interface_find(virConnectPtr connection, const char *name, struct error *error)
{
	CLEANUP(virInterfaceFree_ptr)
	virInterfacePtr interface = virInterfaceLookupByName(connection, name);
	CLEANUP(error_free) struct error unknown = {0};
	int status;

	if (interface)
		return 1;
	if (virt_error_code() != VIR_ERR_NO_INTERFACE)
		virt_error(&unknown, "network device \"%s\"", name);
	status = is_device(connection, name);
	if (status < 0 && !unknown.message)
		virt_error(&unknown, "network device \"%s\"", name);
	if (status > 0)
		return 1;
	return unknown.message ? error_move(error, &unknown) : 0;
}

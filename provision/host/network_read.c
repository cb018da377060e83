/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a network from libvirt. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/network_read.h"

int network_read(virNetworkPtr handle, unsigned int view, struct network *network,
		 struct error *error)
{
	const char *name = virNetworkGetName(handle);
	CLEANUP(free_ptr) char *text = virNetworkGetXMLDesc(handle, view);

	if (!text)
		return virt_error(error, "network %s", name);
	if (network_parse(text, strlen(text), network, error) < 0)
		return error_context(error, "network %s", name);
	return 0;
}

int network_read_configured(virNetworkPtr handle, struct network *network,
			    struct error *error)
{
	const char *name = virNetworkGetName(handle);
	CLEANUP(free_ptr) char *text = NULL;
	int persistent = virNetworkIsPersistent(handle);

	if (persistent < 0)
		return virt_error(error, "network %s", name);
	if (!persistent)
		return 0;
	text = virNetworkGetXMLDesc(handle, VIR_NETWORK_XML_INACTIVE);
	/* Drivers without it refuse the flag. */
	if (!text && virt_error_code() == VIR_ERR_INVALID_ARG)
		return 0;
	if (!text)
		return virt_error(error, "network %s", name);
	if (network_add_configured(network, text, strlen(text), error) < 0)
		return error_context(error, "network %s", name);
	return 0;
}

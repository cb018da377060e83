/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading a network from libvirt. */
#ifndef PROVISION_HOST_NETWORK_READ_H
#define PROVISION_HOST_NETWORK_READ_H

#include <libvirt/libvirt.h>

#include "provision/host/network.h"

/* Reads the network as it runs (0) or its configuration (VIR_NETWORK_XML_INACTIVE); the
 * caller frees it. Errors have its name. */
int network_read(virNetworkPtr handle, unsigned int view, struct network *network,
		 struct error *error);

/* Adds the reservations of its configuration (network_add_configured()). A network or a
 * driver that has no configuration of its own is not an error; one that can't be read, or
 * is no valid XML, is. */
int network_read_configured(virNetworkPtr handle, struct network *network,
			    struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the network of a hypervisor's machines. */
#ifndef PROVISION_HOST_FACTS_NETWORK_H
#define PROVISION_HOST_FACTS_NETWORK_H

#include <libvirt/libvirt.h>

#include "provision/host/host.h"

/* The network while it is read; zeroed, then facts_network_free(). */
struct facts_network {
	bool if_active; /* a missing or inactive network is no problem */
	/* Of the NICs that are connected to it. */
	bool has_ports;
	ARRAY(struct network_port_uuid { char text[VIR_UUID_STRING_BUFLEN]; }) ports;
	struct error_list errors;
};

/* Opens host->network, or takes a bridge for it, and reads it with its ports. */
void facts_network_read(struct host *host, struct facts_network *network);

/* Finds the NICs of running guests that are no longer connected to it. */
void facts_network_compare(struct host *host, const struct facts_network *network);

void facts_network_free(struct facts_network *network);

#endif

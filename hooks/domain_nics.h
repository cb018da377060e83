/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The NICs of a guest that can have leases, from its domain XML. */
#ifndef HOOKS_DOMAIN_NICS_H
#define HOOKS_DOMAIN_NICS_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "leases/mac.h"

struct nic {
	uint8_t mac[MAC_SIZE];
	enum { NIC_NETWORK, NIC_BRIDGE } type;
	char *source; /* owned; name of the network or bridge, safe as a file name */
};

struct nic_list {
	ARRAY(struct nic) nics;
};

/*
 * Appends the NICs of type `network` and `bridge`
 * (https://libvirt.org/formatdomain.html#network-interfaces) of `size` bytes of domain
 * XML. A NIC without a MAC address or source, or with an invalid one, is skipped and
 * reported in `problems` ("interface 2: ..."). Fails if the text is not domain XML;
 * `nics` is then unchanged.
 */
int domain_nics_parse(const char *text, size_t size, struct nic_list *nics,
		      struct error_list *problems, struct error *error);

void nic_list_free(struct nic_list *nics);

#endif

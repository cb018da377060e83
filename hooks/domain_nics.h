/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network cards of a guest that may have leases, out of its domain XML. */
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
	char *source; /* owned; the name of the network or bridge, fit for a path */
};

struct nic_list {
	ARRAY(struct nic) nics;
};

/*
 * Appends the cards of type `network` and `bridge` of a domain's XML in inactive form
 * (https://libvirt.org/formatdomain.html#network-interfaces), `size` bytes. A card that
 * lacks what it needs, or has a name that is none, is left out and named in `problems`
 * ("interface 2: ..."). Fails on what is no domain XML; `nics` is then left alone.
 */
int domain_nics_parse(const char *text, size_t size, struct nic_list *nics,
		      struct error_list *problems, struct error *error);

void nic_list_free(struct nic_list *nics);

#endif

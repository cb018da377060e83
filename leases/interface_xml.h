/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The `<interface>` elements of a domain's XML, for everything that reads them. */
#ifndef LEASES_INTERFACE_XML_H
#define LEASES_INTERFACE_XML_H

#include <stddef.h>

#include "common/error.h"
#include "common/mem.h"

/* One element. All texts are owned and as the XML has them; NULL where it has none. */
struct interface_xml {
	char *type;    /* @type: "network", "bridge", "direct", "user", ... */
	char *mac;     /* mac/@address */
	char *network; /* source/@network */
	char *bridge;  /* source/@bridge; a live domain has it for "network" as well */
	char *device;  /* source/@dev */
};

struct interface_xml_list {
	struct interface_xml *items;
	size_t count;
	size_t capacity;
};

/*
 * Appends the elements of `<devices>` in their order
 * (https://libvirt.org/formatdomain.html#network-interfaces), of `size` bytes of XML,
 * live or inactive. Reads by expat (leases/xml_walk.h), so that the lease monitor, which
 * has no time for libxml2, can use it too. Fails as xml_walk() does, and when the root is
 * not <domain>; the list is then left alone.
 */
int interface_xml_parse(const char *text, size_t size,
			struct interface_xml_list *interfaces, struct error *error);
void interface_xml_list_free(struct interface_xml_list *interfaces);

#endif

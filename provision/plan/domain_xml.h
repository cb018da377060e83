/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adding what a template leaves out to a rendered domain: identity, metadata, config
 * drive. */
#ifndef PROVISION_PLAN_DOMAIN_XML_H
#define PROVISION_PLAN_DOMAIN_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

struct domain_identity {
	const char *name, *uuid, *mac;
	const char *network;
	bool is_bridge;		/* that is the name of a bridge */
	const char *metadata;	/* markup: the children of <metadata> */
	const char *drive_path; /* of the config drive; NULL: none */
};

/*
 * Adds what is missing to a rendered <domain> (https://libvirt.org/formatdomain.html):
 * <uuid>; the bridge, where an interface names the network but there is only a bridge of
 * that name; the MAC address, unless an interface has it, to the interface on the
 * network, else to the first one; the elements of the metadata, and children of these,
 * that are missing in <metadata>; the config drive, unless a disk has its path, in the
 * first CD-ROM drive without a medium, else as a new virtio disk. Sorts its elements
 * (domain_order.h). Fails if it is not a domain, if its name, UUID, or that interface's
 * MAC address differs, or if it has no interface. The caller owns the result; NULL on
 * failure.
 */
char *domain_xml_finish(const char *xml, size_t size,
			const struct domain_identity *identity, struct error *error);

#endif

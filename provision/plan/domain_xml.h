/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rendered domain made ours: identity, metadata and config drive where a template has
 * left them out. */
#ifndef PROVISION_PLAN_DOMAIN_XML_H
#define PROVISION_PLAN_DOMAIN_XML_H

#include <stddef.h>

#include "common/error.h"

struct domain_identity {
	const char *name, *uuid, *mac;
	const char *network;
	const char *metadata;	/* markup: the elements that go into <metadata> */
	const char *drive_path; /* of the config drive; NULL: none */
};

/*
 * Takes <domain> as a template made it (https://libvirt.org/formatdomain.html) and adds
 * what is missing: <uuid>; the MAC address, unless some interface has it already, to the
 * interface on the network, else to the first; those elements of the metadata that are
 * not in <metadata> yet; the config drive, unless some disk has that path already, in the
 * first cdrom without a medium, else as a virtio disk of its own. Fails when it is no
 * domain, when its name, UUID, or that interface's MAC address is another one, and when
 * there is no interface. The caller owns the result; NULL on failure.
 */
char *domain_xml_finish(const char *xml, size_t size,
			const struct domain_identity *identity, struct error *error);

#endif

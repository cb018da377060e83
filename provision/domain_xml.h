/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rendered domain made ours: identity, metadata and config drive where a template has
 * left them out. */
#ifndef PROVISION_DOMAIN_XML_H
#define PROVISION_DOMAIN_XML_H

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
 * what is missing: <uuid>; <mac> of the interface on the network, else of the first; the
 * metadata; the config drive in the first cdrom without a medium, unless some disk has
 * that path already, else in a new one. Fails when it is no domain, when its name or UUID
 * is another, or there is an interface or disk to fill but none is found. The caller owns
 * the result; NULL on failure.
 */
char *domain_xml_finish(const char *xml, size_t size,
			const struct domain_identity *identity, struct error *error);

#endif

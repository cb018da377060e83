/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the metadata of a domain that exists. */
#ifndef PROVISION_HOST_DOMAIN_METADATA_H
#define PROVISION_HOST_DOMAIN_METADATA_H

#include <libvirt/libvirt.h>

#include "provision/host/metadata.h"

/*
 * A running guest is a complete machine, even if its persistent configuration has another
 * state: a run that had just lost the batch to another run has overwritten that. Then
 * `metadata` becomes that of the running guest, whose XML is `live`, and this returns
 * true.
 */
bool domain_metadata_prefer(const char *live, struct metadata *metadata);

/* The same, by asking for the XML if it may matter. */
bool domain_metadata_prefer_live(virDomainPtr domain, struct metadata *metadata);

/* The metadata of the persistent configuration, or of the running guest as above. It is
 * an error if our element is missing. */
int domain_metadata_read(virDomainPtr domain, struct metadata *metadata,
			 struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the metadata of a domain that exists. */
#ifndef PROVISION_HOST_DOMAIN_METADATA_H
#define PROVISION_HOST_DOMAIN_METADATA_H

#include <libvirt/libvirt.h>

#include "provision/host/metadata.h"

/*
 * A guest that runs is complete, whatever its kept configuration says: that one was
 * replaced by the last call of a run which did not yet know that the batch belonged to
 * another. Then `metadata` becomes what the running guest has, and this returns true.
 */
bool domain_metadata_prefer_live(virDomainPtr domain, struct metadata *metadata);

/* Of the configuration that is kept, or see above. Without our element it is an error. */
int domain_metadata_read(virDomainPtr domain, struct metadata *metadata,
			 struct error *error);

#endif

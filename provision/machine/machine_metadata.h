/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metadata of a domain that is there: read and stored. */
#ifndef PROVISION_MACHINE_MACHINE_METADATA_H
#define PROVISION_MACHINE_MACHINE_METADATA_H

#include <libvirt/libvirt.h>

#include "provision/machine/metadata.h"
#include "provision/machine/run.h"

/*
 * A guest that runs is complete, whatever its kept configuration says: that one was
 * replaced by the last call of a run which did not yet know that the batch belonged to
 * another. Then `metadata` becomes what the running guest has, and this returns true.
 */
bool machine_metadata_prefer_live(virDomainPtr domain, struct metadata *metadata);

/* Of the configuration that is kept, or see above. Without our element it is an error. */
int machine_metadata_read(virDomainPtr domain, struct metadata *metadata,
			  struct error *error);

/* Puts what the running guest has into the kept configuration, where that was replaced.
 */
int machine_metadata_restore(struct run *run, virDomainPtr domain, struct error *error);

/* Stores our element, or Vmango's, in the configuration and in a guest that runs. */
int machine_metadata_store(struct run *run, virDomainPtr domain,
			   const struct metadata *metadata, struct error *error);
int machine_metadata_store_vmango(struct run *run, virDomainPtr domain,
				  const struct metadata *metadata, struct error *error);

#endif

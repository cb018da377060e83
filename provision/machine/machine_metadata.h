/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Storing the metadata of a machine. */
#ifndef PROVISION_MACHINE_MACHINE_METADATA_H
#define PROVISION_MACHINE_MACHINE_METADATA_H

#include <libvirt/libvirt.h>

#include "provision/host/metadata.h"
#include "provision/machine/run.h"

/* Copies the metadata of the running guest to the persistent configuration if that was
 * overwritten (domain_metadata_prefer_live()). A domain that is gone is no error. */
int machine_metadata_restore(struct run *run, virDomainPtr domain, struct error *error);

/* Stores our element, or Vmango's, in the configuration and in a running guest. */
int machine_metadata_store(struct run *run, virDomainPtr domain,
			   const struct metadata *metadata, struct error *error);
int machine_metadata_store_vmango(struct run *run, virDomainPtr domain,
				  const struct metadata *metadata, struct error *error);

#endif

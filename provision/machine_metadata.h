/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metadata of a domain that is there: read and stored. */
#ifndef PROVISION_MACHINE_METADATA_H
#define PROVISION_MACHINE_METADATA_H

#include <libvirt/libvirt.h>

#include "provision/metadata.h"
#include "provision/run.h"

/* Of the configuration that is kept. Without our element it is an error. */
int machine_metadata_read(virDomainPtr domain, struct metadata *metadata,
			  struct error *error);

/* Stores our element, or Vmango's, in the configuration and in a guest that runs. */
int machine_metadata_store(struct run *run, virDomainPtr domain,
			   const struct metadata *metadata, struct error *error);
int machine_metadata_store_vmango(struct run *run, virDomainPtr domain,
				  const struct metadata *metadata, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading what pools do not say of the disks of machines. */
#ifndef PROVISION_HOST_FACTS_DISKS_H
#define PROVISION_HOST_FACTS_DISKS_H

#include <libvirt/libvirt.h>

#include "provision/host/host.h"

/*
 * After the domains, whose handles it gets, and the volumes: looks for volumes that the
 * root pool does not list, if it `is_open`; reads sizes of disks that snapshots were
 * taken of, and formats of those that were detached.
 */
void facts_disks_read(struct host *host, bool is_open, const virDomainPtr *handles,
		      struct error_list *errors);

#endif

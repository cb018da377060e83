/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moving an existing machine to another network. */
#ifndef PROVISION_MACHINE_MACHINE_NETWORK_H
#define PROVISION_MACHINE_MACHINE_NETWORK_H

#include <libvirt/libvirt.h>

#include "provision/machine/run.h"
#include "provision/plan/changes.h"

/*
 * Reserves an address on the batch's network (the one that it has, if that is valid
 * there), deletes the former reservation, and records the new one in `metadata`, which
 * are those of the domain, and stores them. Each step can be repeated: after an
 * interruption, or -1, the next run finds its own reservation again. Fails if the
 * network has no free address, or others have taken the one that the batch names.
 */
int machine_network_reserve(struct run *run, const struct change *change,
			    virDomainPtr domain, struct metadata *metadata,
			    struct error *error);

/*
 * Connects the machine's NIC as the template wants it, with the template's model, in the
 * configuration; adds it if it was removed. With run->hotplug also in the running guest,
 * whose link goes down and up, so that it asks for an address. *waits says whether that
 * is left to the next start. -1 if the template has no such NIC, or libvirt refuses the
 * configuration; that the running guest refuses it is no error.
 */
int machine_network_connect(struct run *run, const struct change *change,
			    virDomainPtr domain, bool *waits, struct error *error);

#endif

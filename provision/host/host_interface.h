/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a hypervisor has a network device: a bridge, a network interface. */
#ifndef PROVISION_HOST_HOST_INTERFACE_H
#define PROVISION_HOST_HOST_INTERFACE_H

#include <libvirt/libvirt.h>

#include "common/error.h"

/*
 * 1 if it exists, 0 if it does not, -1 with `error` if that is not known. Where libvirt
 * uses netcf, it knows only configured interfaces; so what it does not find is looked for
 * among the devices of the host as well.
 */
int host_interface_find(virConnectPtr connection, const char *name, struct error *error);

#endif

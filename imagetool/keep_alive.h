/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that notice when the other side keeps silent. */
#ifndef IMAGETOOL_KEEP_ALIVE_H
#define IMAGETOOL_KEEP_ALIVE_H

#include <libvirt/libvirt.h>

#include "common/error.h"

/* Starts the thread that libvirt needs for it; once, before connections are opened. */
int keep_alive_begin(struct error *error);

/*
 * Calls on the connection fail once the hypervisor has not answered for about half a
 * minute. Connections that can't do that stay as they are.
 */
void keep_alive(virConnectPtr connection);

#endif

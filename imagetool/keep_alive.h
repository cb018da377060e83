/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections that notice when the hypervisor stops answering. */
#ifndef IMAGETOOL_KEEP_ALIVE_H
#define IMAGETOOL_KEEP_ALIVE_H

#include <libvirt/libvirt.h>

#include "common/error.h"

/* Starts the thread that libvirt needs for it. Call it once, before connections are
 * opened. */
int keep_alive_begin(struct error *error);

/*
 * Makes calls on the connection fail once the hypervisor has not answered for about half
 * a minute. Does nothing where the connection does not support it.
 */
void keep_alive(virConnectPtr connection);

#endif

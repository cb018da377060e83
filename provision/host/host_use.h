/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machines and volumes of a hypervisor use which files, read when it is needed. */
#ifndef PROVISION_HOST_HOST_USE_H
#define PROVISION_HOST_HOST_USE_H

#include "imagetool/volume_use.h"
#include "provision/host/host.h"

/* For host_open() and host_free(), which takes NULL. */
struct host_use *host_use_new(void);
void host_use_free(struct host_use *use);

/*
 * Gives the facts of a hypervisor and holds them for this thread alone until
 * host_use_release(). They are read again when they are older than 10 s, or than ten
 * times of what it takes to read them. On failure nothing is held.
 */
int host_use_hold(struct host *host, struct volume_use **use, struct error *error);
void host_use_release(struct host *host);

#endif

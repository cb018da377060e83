/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machines and volumes of a hypervisor use which files, read on demand. */
#ifndef PROVISION_HOST_HOST_USE_H
#define PROVISION_HOST_HOST_USE_H

#include "imagetool/volume_use.h"
#include "provision/host/host.h"

/* For host_open() and host_free(), which takes NULL. */
struct host_use *host_use_new(void);
void host_use_free(struct host_use *use);

/*
 * Has libvirt refresh the root pool, unless that was done in the last 2 s, as files that
 * others have put into its folder may be overlays; users are read again. Only before a
 * deletion: it is a change, as libvirt stops a pool that it can't read. For that reason
 * pools of others are not refreshed. While a volume is being built the list stays.
 */
void host_use_refresh(struct host *host);

/*
 * Sets *use to this hypervisor's users of files, and locks them for this thread until
 * host_use_release(). They are read again if they are older than 10 s, or than ten times
 * the time that reading takes. On failure nothing is locked.
 */
int host_use_hold(struct host *host, struct volume_use **use, struct error *error);
void host_use_release(struct host *host);

#endif

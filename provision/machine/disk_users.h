/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which domains that are off have a volume as their disk, in one call of libvirt. */
#ifndef PROVISION_MACHINE_DISK_USERS_H
#define PROVISION_MACHINE_DISK_USERS_H

#include <libvirt/libvirt.h>

#include "provision/host/host.h"

/*
 * Fails if the disk of a domain that is off is that volume, on `host` or on another
 * hypervisor of the batch with the same storage, except the domain `except_uuid`; the
 * error names it. For right before a deletion: what volume_use_read()
 * found, which follows overlays too, may be some seconds old by then. A domain that runs
 * holds QEMU's lock instead, see volume_lock_check(). On this machine, a file is known by
 * its device and inode, whatever its path. A volume that does not exist has no users, nor
 * has any on a hypervisor without statistics (libvirt's test driver).
 */
int disk_users_check(struct host *host, virStoragePoolPtr pool, const char *name,
		     const char *except_uuid, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties of volumes that libvirt does not report, found by trying. */
#ifndef PROVISION_MACHINE_STORAGE_PROBE_H
#define PROVISION_MACHINE_STORAGE_PROBE_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "common/error.h"

/*
 * Whether a QEMU process, on any host, has the volume open for writing, as far as that
 * can be detected: QEMU locks its images (docs/system/images.rst, "Image locking"), so a
 * qemu-img that libvirt runs can't get the lock. A qcow2 volume is resized to its current
 * size; another one is read through a small overlay, a temporary volume beside it. Not
 * detected: volumes that are not files, file systems without locks (NFS 3 with "nolock"),
 * and disks that QEMU has open read-only. The guest on this hypervisor must not run. 1 if
 * it has, 0 if not, -1 if libvirt could not be asked.
 */
int storage_is_locked(virStorageVolPtr volume, struct error *error);

enum storage_sameness { STORAGE_OTHER, STORAGE_SAME, STORAGE_UNKNOWN };

/*
 * Whether two pools on two hypervisors are the same storage, so that a volume that exists
 * in one can't be created in the other. Creates and deletes a volume of that name in
 * both; one left by a killed run is deleted.
 */
enum storage_sameness storage_compare(virStoragePoolPtr one, virStoragePoolPtr other,
				      const char *name);

#endif

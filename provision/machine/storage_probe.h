/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libvirt does not say about volumes, found out by trying. */
#ifndef PROVISION_MACHINE_STORAGE_PROBE_H
#define PROVISION_MACHINE_STORAGE_PROBE_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

/*
 * Whether a QEMU process, on whatever host, has the volume open for writing, as far as
 * that can be seen: QEMU locks its images (docs/system/images.rst, "Image locking"), and
 * a qemu-img that libvirt runs can't get the lock then. For qcow2 it sets the size to
 * what it is; for all else it reads some bytes through a small overlay, a temporary
 * volume beside it. Not seen: volumes that are no files, those of file systems without
 * locks (NFS 3 with "nolock"), and disks that QEMU has open read-only. The guest of this
 * hypervisor must not run.
 */
bool storage_is_locked(virStorageVolPtr volume);

enum storage_sameness { STORAGE_OTHER, STORAGE_SAME, STORAGE_UNKNOWN };

/*
 * Whether two pools, on two hypervisors, are the same storage: a volume that was created
 * in one can then not be created in the other. Makes and deletes a volume of that name in
 * both; one that is left of a run that was killed is deleted.
 */
enum storage_sameness storage_compare(virStoragePoolPtr one, virStoragePoolPtr other,
				      const char *name);

#endif

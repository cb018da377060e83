/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Properties of volumes that libvirt does not report, found by trying. */
#ifndef IMAGETOOL_STORAGE_PROBE_H
#define IMAGETOOL_STORAGE_PROBE_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "common/error.h"

/* The name of the temporary volume of who asks (a UUID, or a machine's name), so that two
 * who ask don't meet; the caller frees it. */
char *storage_probe_name(const char *asker);

/*
 * Whether a QEMU process, on any host, has the volume open, as far as that can be
 * detected: QEMU locks its images (docs/system/images.rst, "Image locking"), the disks of
 * guests against every other process and their backing files against writers, so a
 * qemu-img that libvirt runs as a writer can't get the lock. It writes nothing. A qcow2
 * volume is resized to its current size; another one is opened as the extent of a VMDK
 * image, which QEMU can't resize: a temporary volume `probe` beside it, whose name needs
 * no escaping in XML. One of that name is deleted first. Not detected: volumes that are
 * not files, file systems without locks (NFS 3 with "nolock"), and disks that QEMU has
 * open read-only and shares; and of other volumes than qcow2, where the pool has no room
 * for the temporary one, so that a full pool can be emptied. The guest on this hypervisor
 * must not run. Another that asks has the lock for a moment, so this asks again for a
 * second before it says yes. 1 if it has, 0 if not, -1 if libvirt could not be asked.
 */
int storage_is_locked(virStorageVolPtr volume, const char *probe, struct error *error);

enum storage_sameness { STORAGE_OTHER, STORAGE_SAME, STORAGE_UNKNOWN };

/*
 * Whether two pools on two hypervisors are the same storage, so that a volume that exists
 * in one can't be created in the other. Creates and deletes a volume of that name, which
 * needs no escaping in XML, in both; one left by a killed run is deleted.
 */
enum storage_sameness storage_compare(virStoragePoolPtr one, virStoragePoolPtr other,
				      const char *name);

/* The same, where a pool that is not known (NULL), or can't be compared, may be the same.
 */
bool storage_may_be_same(virStoragePoolPtr one, virStoragePoolPtr other,
			 const char *name);

/* Whether this thread's last libvirt error is that a volume's name is taken. */
bool storage_name_is_taken(void);

#endif

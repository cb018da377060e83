/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes a volume's file to the hypervisor's disk. */
#ifndef IMAGETOOL_VOLUME_SYNC_H
#define IMAGETOOL_VOLUME_SYNC_H

#include <libvirt/libvirt.h>
#include <stdint.h>

#include "common/error.h"

/*
 * libvirt leaves what is uploaded in the page cache, and has no call that writes it to
 * the disk. But qemu-img does, which libvirt runs to resize a qcow2 volume: at its end it
 * calls fdatasync() on each file that it has resized. So this is a temporary volume
 * beside the other one, a qcow2 image without data of its own whose external data file
 * (https://www.qemu.org/docs/master/interop/qcow2.html) is the other one's; it is resized
 * to the size that both of them have already. libvirt locks the pool meanwhile.
 *
 * An error of the disk at that time is not reported, since qemu-img ignores it. QEMU
 * before 4.0 fails, as it knows no external data files.
 */
struct volume_sync {
	virStorageVolPtr volume; /* the temporary one; NULL: does not exist */
	uint64_t size_bytes;
};

/*
 * Creates the temporary volume `name`, which needs no escaping in XML, for the file
 * `path`, which must have that size: another one would be changed to it. Fails unless
 * that is a multiple of 512. The caller calls volume_sync_end(), also after a failure.
 */
int volume_sync_begin(struct volume_sync *sync, virStoragePoolPtr pool, const char *name,
		      const char *path, uint64_t size_bytes, struct error *error);
/* Writes the file to the disk, as often as wanted. */
int volume_sync_run(const struct volume_sync *sync, struct error *error);
/* Deletes the temporary volume. */
void volume_sync_end(struct volume_sync *sync);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies a volume through this machine, unchanged whatever its format is. */
#ifndef IMAGETOOL_VOLUME_TRANSFER_H
#define IMAGETOOL_VOLUME_TRANSFER_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/*
 * Creates the volume `name` with the `size_bytes` of `source`, which are downloaded and
 * uploaded again: libvirt would not copy a qcow2 volume but convert it. Large holes stay
 * holes, and the first bytes are written last. On failure `is_left` is whether a part of
 * the volume could not be deleted.
 */
int volume_transfer(virStoragePoolPtr pool, virStorageVolPtr source, const char *name,
		    uint64_t size_bytes, bool *is_left, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A volume copied byte for byte, whatever libvirt takes it for. */
#ifndef IMAGETOOL_VOLUME_TRANSFER_H
#define IMAGETOOL_VOLUME_TRANSFER_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"

/*
 * Makes volume `name` of the bytes of `source`, `size_bytes` of them, which come here and
 * go back: what libvirt knows to be qcow2 it would not copy but convert. Large holes stay
 * holes, and the first bytes are written last. After a failure `is_left` says whether a
 * part of the volume is left.
 */
int volume_transfer(virStoragePoolPtr pool, virStorageVolPtr source, const char *name,
		    uint64_t size_bytes, bool *is_left, struct error *error);

#endif

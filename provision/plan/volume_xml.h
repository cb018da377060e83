/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rendered volume made fit for the way in which it is created. */
#ifndef PROVISION_PLAN_VOLUME_XML_H
#define PROVISION_PLAN_VOLUME_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* The text of <name> in <volume>, not empty; NULL on failure, else the caller's. */
char *volume_xml_name(const char *xml, size_t size, struct error *error);

struct volume_form {
	uint64_t capacity_bytes;
	/* Not NULL: a qcow2 overlay on that file, whose format is "qcow2" or "raw". */
	const char *backing_path, *backing_format;
	/* In a pool of block devices: raw and all of it allocated. A logical volume with
	 * less would be a snapshot, which breaks once that is full. */
	bool is_block;
};

/*
 * <volume> (https://libvirt.org/formatstorage.html) with its capacity in bytes, nothing
 * allocated in advance unless it is a block device, and what else the form says. The
 * caller owns the result; NULL on failure.
 */
char *volume_xml_finish(const char *xml, size_t size, const struct volume_form *form,
			struct error *error);

/* <volume> of `size_bytes` raw bytes, all allocated; the caller owns it. */
char *volume_xml_raw(const char *name, uint64_t size_bytes);

#endif

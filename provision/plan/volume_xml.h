/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completing a rendered volume for the way in which it is created. */
#ifndef PROVISION_PLAN_VOLUME_XML_H
#define PROVISION_PLAN_VOLUME_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* The text of <name> in <volume>, not empty; the caller owns it. NULL on failure. */
char *volume_xml_name(const char *xml, size_t size, struct error *error);

/* Its format, as libvirt calls it; NULL if it has none. The caller owns it. */
char *volume_xml_format(const char *xml, size_t size);

struct volume_form {
	uint64_t capacity_bytes;
	/* Path and format ("qcow2" or "raw") of the backing file of a qcow2 overlay;
	 * NULL: none. */
	const char *backing_path, *backing_format;
	/* In a pool of block devices: raw and fully allocated. libvirt would create a
	 * logical volume with a smaller allocation as a snapshot, which becomes invalid
	 * when it is full. */
	bool is_block;
};

/*
 * <volume> (https://libvirt.org/formatstorage.html) with its capacity in bytes, no
 * allocation unless it is a block device, and the other settings of the form. The caller
 * owns the result; NULL on failure.
 */
char *volume_xml_finish(const char *xml, size_t size, const struct volume_form *form,
			struct error *error);

/* A raw <volume> of `size_bytes`, fully allocated; the caller owns it. */
char *volume_xml_raw(const char *name, uint64_t size_bytes);

#endif

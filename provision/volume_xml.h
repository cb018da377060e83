/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rendered volume made fit for the way in which it is created. */
#ifndef PROVISION_VOLUME_XML_H
#define PROVISION_VOLUME_XML_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* The text of <name> in <volume>, not empty; NULL on failure, else the caller's. */
char *volume_xml_name(const char *xml, size_t size, struct error *error);

/*
 * <volume> (https://libvirt.org/formatstorage.html) with its capacity in bytes, nothing
 * allocated in advance, and, when `backing_path` is not NULL, as a qcow2 overlay on it.
 * The caller owns the result; NULL on failure.
 */
char *volume_xml_finish(const char *xml, size_t size, uint64_t capacity_bytes,
			const char *backing_path, const char *backing_format,
			struct error *error);

/* <volume> of `size_bytes` raw bytes, all allocated; the caller owns it. */
char *volume_xml_raw(const char *name, uint64_t size_bytes);

#endif

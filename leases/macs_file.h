/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BRIDGE.macs: which machines libvirt has plugged into a bridge. */
#ifndef LEASES_MACS_FILE_H
#define LEASES_MACS_FILE_H

#include <stddef.h>

#include "common/error.h"
#include "leases/machine_nics.h"

enum { MACS_FILE_SIZE_MAX = 32 * 1024 * 1024 };

/*
 * Reads `size` bytes of JSON, a list of {"domain": NAME, "macs": [MAC, ...]} (libvirt,
 * src/util/virmacmap.c), and appends a machine for each, active, with its cards on
 * `bridge`. An entry that is broken is left out and named in `problems` ("entry 3: ..."),
 * the others count. Fails only if this is no list.
 */
int macs_file_parse(const char *text, size_t size, const char *bridge,
		    struct machine_list *machines, struct error_list *problems,
		    struct error *error);

#endif

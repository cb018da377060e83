/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads BRIDGE.macs: the machines that libvirt has connected to a bridge. */
#ifndef LEASES_MACS_FILE_H
#define LEASES_MACS_FILE_H

#include <stddef.h>

#include "common/error.h"
#include "leases/machine_nics.h"

enum { MACS_FILE_SIZE_MAX = 32 * 1024 * 1024 };

/*
 * Appends an active machine, with its NICs on `bridge`, for each entry of `size` bytes of
 * JSON: a list of {"domain": NAME, "macs": [MAC, ...]} (libvirt, src/util/virmacmap.c).
 * An invalid entry is skipped and reported in `problems` ("entry 3: ..."). Fails only if
 * the text is not a list.
 */
int macs_file_parse(const char *text, size_t size, const char *bridge,
		    struct machine_list *machines, struct error_list *problems,
		    struct error *error);

#endif

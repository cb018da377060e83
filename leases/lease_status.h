/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BRIDGE.status: the leases of a libvirt network, as libvirt_leaseshelper writes them. */
#ifndef LEASES_LEASE_STATUS_H
#define LEASES_LEASE_STATUS_H

#include <stddef.h>

#include "common/error.h"
#include "leases/lease.h"

/* A quarter of a million leases; libvirt itself reads 32 MiB at most. */
enum { LEASE_STATUS_SIZE_MAX = 64 * 1024 * 1024 };

/*
 * Appends the leases of `size` bytes of JSON, in the order they stand there: a list of
 * objects with `ip-address`, `mac-address`, `expiry-time` and, when known, `hostname`,
 * `client-id`, `iaid`, `server-duid` (libvirt, src/network/leaseshelper.c and
 * src/util/virlease.c). Other members are stepped over; of two with one name the last
 * counts. No bytes at all are no leases. Expired leases are given like all others.
 *
 * An entry that is broken is left out and named in `problems` ("entry 3: ..."), the
 * others count. Fails only if this is no JSON list. Time and memory are linear in `size`.
 */
int lease_status_parse(const char *text, size_t size, struct lease_list *leases,
		       struct error_list *problems, struct error *error);

#endif

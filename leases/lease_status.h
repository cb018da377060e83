/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads BRIDGE.status, which libvirt_leaseshelper writes: the leases of a network. */
#ifndef LEASES_LEASE_STATUS_H
#define LEASES_LEASE_STATUS_H

#include <stddef.h>

#include "common/error.h"
#include "leases/lease.h"

/* About 250,000 leases. libvirt itself reads up to 32 MiB. */
enum { LEASE_STATUS_SIZE_MAX = 64 * 1024 * 1024 };

/*
 * Appends the leases of `size` bytes of JSON, in their order: a list of objects with
 * `ip-address`, `mac-address`, `expiry-time` and, if known, `hostname`, `client-id`,
 * `iaid` and `server-duid` (libvirt, src/network/leaseshelper.c and src/util/virlease.c).
 * Other members are skipped; of two members with the same name the last one is used. An
 * empty text has no leases. Expired leases are included.
 *
 * An invalid entry is skipped and reported in `problems` ("entry 3: ..."). Fails only if
 * the text is not a JSON list. Time and memory are linear in `size`.
 */
int lease_status_parse(const char *text, size_t size, struct lease_list *leases,
		       struct error_list *problems, struct error *error);

#endif

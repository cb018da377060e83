/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads dnsmasq's own lease file, which has a line for each lease. */
#ifndef LEASES_LEASE_TEXT_H
#define LEASES_LEASE_TEXT_H

#include <stddef.h>

#include "common/error.h"
#include "leases/lease.h"

enum { LEASE_TEXT_SIZE_MAX = 64 * 1024 * 1024 };

/*
 * Appends the leases of `size` bytes, in their order (dnsmasq, src/lease.c):
 *
 *     EXPIRY MAC IPV4 NAME CLIENT-ID
 *     duid SERVER-DUID                 IPv6 leases follow:
 *     EXPIRY IAID IPV6 NAME DUID
 *
 * with "*" for an unknown name or id. Expiry is in seconds since 1970; 0 means never.
 * Hardware types other than Ethernet ("20-...") leave has_mac unset. IPv6 lines have no
 * MAC; it is read from a DUID of type 1 or 3 (RFC 8415, sections 11.2 and 11.4) and
 * marked as guessed.
 *
 * An invalid line is skipped and reported in `problems` ("line 3: ..."). Time and memory
 * are linear in `size`.
 */
void lease_text_parse(const char *text, size_t size, struct lease_list *leases,
		      struct error_list *problems);

#endif

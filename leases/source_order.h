/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which sources of addresses are used, and in which order they are trusted. */
#ifndef LEASES_SOURCE_ORDER_H
#define LEASES_SOURCE_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "leases/lease.h"

enum { SOURCE_COUNT = LEASE_FROM_SCRIPT + 1 };

struct source_order {
	enum lease_source sources[SOURCE_COUNT];
	size_t count;
};

/* static, lease, agent, arp, script. */
struct source_order source_order_default(void);

/*
 * Reads "lease,agent": words of lease_source_name(), separated by commas, each at most
 * once. On failure `order` is unchanged.
 */
int source_order_parse(const char *text, struct source_order *order, struct error *error);

bool source_order_has(const struct source_order *order, enum lease_source source);

/* The index of the source, 0 is the first; `count` if it is missing. */
size_t source_order_rank(const struct source_order *order, enum lease_source source);

#endif

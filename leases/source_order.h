/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which sources of addresses are asked, and which is believed first. */
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
 * "lease,agent": words of lease_source_name() with commas between them, each at most
 * once. On failure `order` is left alone.
 */
int source_order_parse(const char *text, struct source_order *order, struct error *error);

bool source_order_has(const struct source_order *order, enum lease_source source);

/* 0 for the first; `count` for one that is not in there. */
size_t source_order_rank(const struct source_order *order, enum lease_source source);

#endif

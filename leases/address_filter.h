/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which addresses are asked for. */
#ifndef LEASES_ADDRESS_FILTER_H
#define LEASES_ADDRESS_FILTER_H

#include <stdbool.h>

#include "common/error.h"
#include "common/mem.h"
#include "leases/lease.h"

struct address_block {
	struct lease_address address;
	unsigned int prefix; /* bits */
};

/* Zeroed takes all but link-local addresses. */
struct address_filter {
	sa_family_t family;  /* AF_UNSPEC: both */
	bool link_local;     /* takes them as well */
	const char *network; /* only of this one; NULL: of any and of none */
	ARRAY(struct address_block) blocks; /* in one of these; none: anywhere */
};

/* Adds "10.0.0.0/8" or "fd00::/64"; without a prefix the address alone. */
int address_filter_add_block(struct address_filter *filter, const char *text,
			     struct error *error);
bool address_filter_takes(const struct address_filter *filter, const struct lease *lease);
void address_filter_free(struct address_filter *filter);

/* fe80::/10 (RFC 4291) and 169.254.0.0/16 (RFC 3927). */
bool address_is_link_local(const struct lease_address *address);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters addresses by family, network and address block. */
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

/* Zeroed, it accepts all addresses except link-local ones. */
struct address_filter {
	sa_family_t family;  /* AF_UNSPEC: both */
	bool link_local;     /* accept link-local addresses as well */
	const char *network; /* accept only this network; NULL: any, and none */
	ARRAY(struct address_block) blocks; /* accept addresses in these; empty: any */
};

/* Adds "10.0.0.0/8" or "fd00::/64"; without a prefix length the single address. */
int address_filter_add_block(struct address_filter *filter, const char *text,
			     struct error *error);
bool address_filter_accepts(const struct address_filter *filter,
			    const struct lease *lease);
void address_filter_free(struct address_filter *filter);

/* fe80::/10 (RFC 4291) and 169.254.0.0/16 (RFC 3927). */
bool address_is_link_local(const struct lease_address *address);

#endif

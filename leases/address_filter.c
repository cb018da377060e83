/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters addresses by family, network and address block. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "leases/address_filter.h"

int address_filter_add_block(struct address_filter *filter, const char *text,
			     struct error *error)
{
	const char *slash = strchrnul(text, '/');
	CLEANUP(free_ptr) char *address = mem_substring(text, (size_t)(slash - text));
	struct address_block block;
	uint64_t prefix;

	if (lease_address_parse(address, &block.address, error) < 0)
		return -1;
	prefix = block.address.family == AF_INET ? 32 : 128;
	if (*slash && num_parse(slash + 1, 0, prefix, &prefix, error) < 0)
		return error_context(error, "not a prefix length");
	block.prefix = (unsigned int)prefix;
	*array_add(&filter->blocks) = block;
	return 0;
}

bool address_is_link_local(const struct lease_address *address)
{
	if (address->family == AF_INET)
		return address->bytes[0] == 169 && address->bytes[1] == 254;
	return address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

static bool in_blocks(const struct address_filter *filter,
		      const struct lease_address *address)
{
	array_foreach(block, &filter->blocks) {
		if (lease_address_shares(&block->address, address, block->prefix))
			return true;
	}
	return !filter->blocks.count;
}

bool address_filter_accepts(const struct address_filter *filter,
			    const struct lease *lease)
{
	if (filter->family && lease->address.family != filter->family)
		return false;
	if (!filter->link_local && address_is_link_local(&lease->address))
		return false;
	if (filter->network &&
	    (!lease->network || strcmp(lease->network, filter->network)))
		return false;
	return in_blocks(filter, &lease->address);
}

void address_filter_free(struct address_filter *filter)
{
	free(filter->blocks.items);
	*filter = (struct address_filter){0};
}

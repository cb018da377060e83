/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as the XML of a network, and an address picked there. */
#define _GNU_SOURCE
#include <stdlib.h>

#include "common/cleanup.h"
#include "provision/host/network.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	CLEANUP(network_free) struct network network = {0};
	struct in_addr first, second;

	if (network_parse((const char *)data, size, &network, NULL) < 0)
		return 0;
	if (network_pick_address(&network, NULL, 0, &first, NULL) < 0)
		return 0;
	if (!network_has_address(&network, first) ||
	    network_host_by_address(&network, first))
		abort();
	if (network_pick_address(&network, &first, 1, &second, NULL) == 0 &&
	    second.s_addr == first.s_addr)
		abort();
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML of networks. */
#include <stdint.h>

#include "leases/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct net net = {0};

	net_parse((const char *)data, size, &net, NULL);
	net_free(&net);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The live state of networks. */
#include <stdint.h>
#include <stdlib.h>

#include "leases/network_bridge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error error = {0};
	char *bridge = NULL;

	network_state_parse((const char *)data, size, &bridge, &error);
	free(bridge);
	error_free(&error);
	return 0;
}

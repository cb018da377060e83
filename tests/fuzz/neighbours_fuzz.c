/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's neighbour table. */
#include "leases/neighbours.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct neighbour_list neighbours = {0};
	bool done;

	neighbours_parse(data, size, &neighbours, &done, NULL);
	neighbours_free(&neighbours);
	return 0;
}

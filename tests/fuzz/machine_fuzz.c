/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML of domains, for their cards. */
#include <stdint.h>

#include "leases/machine_nics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine machine = {0};

	machine_parse((const char *)data, size, &machine, NULL);
	machine_free(&machine);
	return 0;
}

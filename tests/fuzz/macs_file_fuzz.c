/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BRIDGE.macs files. */
#include <stdint.h>

#include "leases/macs_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct machine_list machines = {0};
	struct error_list problems = {0};

	macs_file_parse((const char *)data, size, "virbr0", &machines, &problems, NULL);
	machine_list_merge(&machines);
	machine_list_free(&machines);
	error_list_free(&problems);
	return 0;
}

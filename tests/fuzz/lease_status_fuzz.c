/* SPDX-License-Identifier: GPL-2.0-or-later */
/* BRIDGE.status files. */
#include <stdint.h>

#include "leases/lease_status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lease_list leases = {0};
	struct error_list problems = {0};
	struct error error = {0};

	lease_status_parse((const char *)data, size, &leases, &problems, &error);
	lease_list_free(&leases);
	error_list_free(&problems);
	error_free(&error);
	return 0;
}

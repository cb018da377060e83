/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dnsmasq's own lease files. */
#include <stdint.h>

#include "leases/lease_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lease_list leases = {0};
	struct error_list problems = {0};

	lease_text_parse((const char *)data, size, &leases, &problems);
	lease_list_free(&leases);
	error_list_free(&problems);
	return 0;
}

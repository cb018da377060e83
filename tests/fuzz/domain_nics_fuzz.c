/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domain XML as the hook gets it. */
#include <stdint.h>

#include "hooks/domain_nics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nic_list list = {0};
	struct error_list problems = {0};
	struct error error = {0};

	domain_nics_parse((const char *)data, size, &list, &problems, &error);
	nic_list_free(&list);
	error_list_free(&problems);
	error_free(&error);
	return 0;
}

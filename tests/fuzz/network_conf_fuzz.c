/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NET.conf files. */
#include <stdint.h>

#include "leases/network_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct network_conf conf = {0};
	struct error error = {0};

	network_conf_parse((const char *)data, size, &conf, &error);
	network_conf_free(&conf);
	error_free(&error);
	return 0;
}

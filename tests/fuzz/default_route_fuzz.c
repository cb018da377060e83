/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's tables of routes. */
#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/doctor/default_route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free_ptr) char *text = mem_substring((const char *)data, size);
	struct default_route route;

	default_route_parse(text, &route);
	default_route_parse6(text, &route);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers of DHCPv6 servers. */
#include <stdint.h>

#include "leases/release_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct release_reply reply;

	release_reply_parse(data, size, &reply);
	return 0;
}

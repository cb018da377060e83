/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ARP packets that come in from a bridge. */
#include <stdlib.h>
#include <string.h>

#include "leases/arp_probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t address[4] = {0};

	/* Nothing of a packet that is none, and the sender of one that is. */
	if (!arp_sender(data, size, address)) {
		if (memcmp(address, "\0\0\0\0", sizeof(address)))
			abort();
	} else if (size < ARP_PACKET_SIZE ||
		   memcmp(address, data + 14, sizeof(address))) {
		abort();
	}
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets that a probe receives: offers of DHCP servers, and replies to pings. */
#include "common/bytes.h"
#include "provision/doctor/dhcp_message.h"
#include "provision/doctor/ping.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { AT_TRANSACTION = 28 + 4, AT_MAC = 28 + 28 };

/* The packet says what it is for, so that the parser gets beyond that. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dhcp_offer offer;

	ping_is_reply(data, size, (struct in_addr){0}, 1);
	if (size >= AT_MAC + MAC_SIZE)
		dhcp_offer_parse(data, size, data + AT_MAC,
				 bytes_be32(data + AT_TRANSACTION), &offer);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine is known by: the same UUID and MAC each time it is built. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "provision/batch/identity.h"

void identity_uuid(const char *batch, const char *machine, uuid_t uuid,
		   char text[static UUID_STR_LEN])
{
	/* 9cb1d1a4-6a2b-4c0e-8f0b-2f2b7a0f5c11, made once at random for this use. */
	static const uuid_t space = {0x9c, 0xb1, 0xd1, 0xa4, 0x6a, 0x2b, 0x4c, 0x0e,
				     0x8f, 0x0b, 0x2f, 0x2b, 0x7a, 0x0f, 0x5c, 0x11};
	CLEANUP(free_ptr) char *name = mem_format("%s/%s", batch, machine);

	uuid_generate_sha1(uuid, space, name, strlen(name));
	uuid_unparse_lower(uuid, text);
}

void identity_mac(const uuid_t uuid, unsigned int attempt, uint8_t mac[static MAC_SIZE])
{
	static const uint8_t prefix[] = {0x52, 0x54, 0x00};

	memcpy(mac, prefix, sizeof(prefix));
	memcpy(mac + sizeof(prefix), uuid, MAC_SIZE - sizeof(prefix));
	mac[MAC_SIZE - 1] = (uint8_t)(mac[MAC_SIZE - 1] + attempt);
}

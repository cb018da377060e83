/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Identities: the same ones for ever, or machines that exist would not be known again. */
#define _GNU_SOURCE
#include <string.h>

#include "common/mem.h"
#include "provision/batch/identity.h"
#include "tests/unit/tap.h"

/* Computed by another implementation of RFC 9562. */
static const struct {
	const char *batch, *machine, *uuid, *mac;
} known[] = {
	{"lab", "web-1", "4ae244a6-ae38-5db7-b52e-0722405df775", "52:54:00:4a:e2:44"},
	{"lab", "web-2", "bd27a851-1448-50ef-997f-8c1f5874aaed", "52:54:00:bd:27:a8"},
	{"other", "web-1", "c93215aa-9213-559b-b8f4-f269621080b6", "52:54:00:c9:32:15"},
	{"a/b", "c", "e7cd9810-55e3-5e8d-b9c5-079646339e15", "52:54:00:e7:cd:98"},
	{"caf\xc3\xa9", "m", "6010cfd7-d0f5-5827-93fd-cd06353b5e5c", "52:54:00:60:10:cf"},
};

static void macs_are_different(const uuid_t uuid)
{
	uint8_t macs[IDENTITY_ATTEMPTS][MAC_SIZE];
	bool differ = true;

	for (unsigned int i = 0; i < IDENTITY_ATTEMPTS; i++) {
		identity_mac(uuid, i, macs[i]);
		differ = differ && macs[i][0] == 0x52 && macs[i][1] == 0x54 &&
			 macs[i][2] == 0;
		for (unsigned int j = 0; j < i; j++)
			differ = differ && !mac_equal(macs[i], macs[j]);
	}
	tap_ok(differ, "all attempts give another MAC of the prefix");
}

int main(void)
{
	uuid_t uuid;

	for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
		char text[UUID_STR_LEN], mac_text[MAC_TEXT_MAX];
		uint8_t mac[MAC_SIZE];
		uuid_t parsed;

		identity_uuid(known[i].batch, known[i].machine, uuid, text);
		tap_string(text, known[i].uuid, "UUID of %s/%s", known[i].batch,
			   known[i].machine);
		tap_ok(uuid_parse(text, parsed) == 0 && !uuid_compare(parsed, uuid) &&
			       uuid_type(uuid) == 5 &&
			       uuid_variant(uuid) == UUID_VARIANT_DCE,
		       "of version 5, and its bytes");
		identity_mac(uuid, 0, mac);
		tap_string(mac_format(mac, mac_text), known[i].mac, "and the MAC");
	}
	macs_are_different(uuid);
	return tap_done();
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ethernet addresses. */
#define _GNU_SOURCE
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "leases/mac.h"

int mac_parse(const char *text, uint8_t mac[static MAC_SIZE], struct error *error)
{
	uint8_t parsed[MAC_SIZE];
	const char *at = text;

	for (size_t i = 0; i < MAC_SIZE; i++) {
		int value = text_hex_digit(*at), second;

		if (value < 0)
			goto refused;
		second = text_hex_digit(*++at);
		if (second >= 0) {
			value = value << 4 | second;
			at++;
		}
		parsed[i] = (uint8_t)value;
		if (i + 1 < MAC_SIZE && *at++ != ':')
			goto refused;
	}
	if (*at)
		goto refused;
	memcpy(mac, parsed, MAC_SIZE);
	return 0;
refused:
	return error_set(error, "not a MAC address: \"%s\"", text);
}

const char *mac_format(const uint8_t mac[static MAC_SIZE], char text[static MAC_TEXT_MAX])
{
	snprintf(text, MAC_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	return text;
}

bool mac_equal(const uint8_t a[static MAC_SIZE], const uint8_t b[static MAC_SIZE])
{
	return !memcmp(a, b, MAC_SIZE);
}

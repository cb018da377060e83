/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages by which a client without an address finds a DHCP server. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <string.h>

#include "common/bytes.h"
#include "provision/doctor/dhcp_message.h"

/* RFC 791, section 3.1; RFC 768. */
enum {
	IP_HEADER_SIZE = 20,
	AT_TOTAL = 2,
	AT_FRAGMENT = 6,
	AT_TTL = 8,
	AT_PROTOCOL = 9,
	AT_CHECKSUM = 10,
	AT_TO = 16,
	PROTOCOL_UDP = 17,
	UDP_HEADER_SIZE = 8,
	CLIENT_PORT = 68,
	SERVER_PORT = 67,
};

/* RFC 2131, section 2; RFC 2132. */
enum {
	BOOT_REQUEST = 1,
	BOOT_REPLY = 2,
	AT_TRANSACTION = 4,
	AT_FLAGS = 10,
	AT_YOURS = 16,
	AT_CLIENT_MAC = 28,
	AT_COOKIE = 236,
	AT_OPTIONS = 240,
	BROADCAST = 0x80,
	OPTION_PAD = 0,
	OPTION_MASK = 1,
	OPTION_ROUTER = 3,
	OPTION_TYPE = 53,
	OPTION_SERVER = 54,
	OPTION_WANTED = 55,
	OPTION_END = 255,
	DISCOVER = 1,
	OFFER = 2,
	PREFIX_DEFAULT = 24,
};

static const uint8_t cookie[] = {99, 130, 83, 99};

static void put16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

/* RFC 1071. */
static uint16_t checksum(const uint8_t *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += bytes_be16(bytes + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* UDP needs no checksum over IPv4. */
static void headers_put(uint8_t *packet)
{
	uint8_t *udp = packet + IP_HEADER_SIZE;

	packet[0] = 0x45;
	put16(packet + AT_TOTAL, DHCP_DISCOVER_SIZE);
	packet[AT_TTL] = 64;
	packet[AT_PROTOCOL] = PROTOCOL_UDP;
	memset(packet + AT_TO, 0xff, 4);
	put16(packet + AT_CHECKSUM, checksum(packet, IP_HEADER_SIZE));
	put16(udp, CLIENT_PORT);
	put16(udp + 2, SERVER_PORT);
	put16(udp + 4, DHCP_DISCOVER_SIZE - IP_HEADER_SIZE);
}

void dhcp_discover_build(const uint8_t mac[static MAC_SIZE], uint32_t transaction,
			 uint8_t packet[static DHCP_DISCOVER_SIZE])
{
	static const uint8_t options[] = {OPTION_TYPE,	 1,	    DISCOVER,
					  OPTION_WANTED, 2,	    OPTION_MASK,
					  OPTION_ROUTER, OPTION_END};
	uint8_t *message = packet + IP_HEADER_SIZE + UDP_HEADER_SIZE;

	memset(packet, 0, DHCP_DISCOVER_SIZE);
	headers_put(packet);
	message[0] = BOOT_REQUEST;
	message[1] = 1; /* Ethernet */
	message[2] = MAC_SIZE;
	put32(message + AT_TRANSACTION, transaction);
	message[AT_FLAGS] = BROADCAST;
	memcpy(message + AT_CLIENT_MAC, mac, MAC_SIZE);
	memcpy(message + AT_COOKIE, cookie, sizeof(cookie));
	memcpy(message + AT_OPTIONS, options, sizeof(options));
}

/* Sets `*at` and `*size` to what the packet carries to a DHCP client; -1 if that is
 * nothing. */
static int message_find(const uint8_t **at, size_t *size)
{
	const uint8_t *packet = *at;
	size_t header, total, length;

	if (*size < IP_HEADER_SIZE || packet[0] >> 4 != 4)
		return -1;
	header = (size_t)(packet[0] & 0xf) * 4;
	total = bytes_be16(packet + AT_TOTAL);
	if (header < IP_HEADER_SIZE || total > *size ||
	    total < header + UDP_HEADER_SIZE || packet[AT_PROTOCOL] != PROTOCOL_UDP ||
	    bytes_be16(packet + AT_FRAGMENT) & 0x3fff ||
	    bytes_be16(packet + header + 2) != CLIENT_PORT)
		return -1;
	length = bytes_be16(packet + header + 4);
	if (length < UDP_HEADER_SIZE || length > total - header)
		return -1;
	*at = packet + header + UDP_HEADER_SIZE;
	*size = length - UDP_HEADER_SIZE;
	return 0;
}

static unsigned int mask_bits(const uint8_t *mask)
{
	uint32_t number = bytes_be32(mask);
	unsigned int bits = (unsigned int)__builtin_popcount(number);

	return bits && number == UINT32_MAX << (32 - bits) ? bits : PREFIX_DEFAULT;
}

static void option_take(unsigned int code, const uint8_t *value, size_t size,
			struct dhcp_offer *offer)
{
	if (size < 4)
		return;
	if (code == OPTION_MASK)
		offer->prefix = mask_bits(value);
	else if (code == OPTION_ROUTER)
		memcpy(&offer->router, value, 4);
	else if (code == OPTION_SERVER)
		memcpy(&offer->server, value, 4);
}

/* Returns the message's type; -1 if it has none, or an option is larger than it. */
static int options_read(const uint8_t *at, size_t left, struct dhcp_offer *offer)
{
	int type = -1;

	while (left && *at != OPTION_END) {
		size_t size;

		if (*at == OPTION_PAD) {
			at++;
			left--;
			continue;
		}
		if (left < 2 || left - 2 < at[1])
			return -1;
		size = at[1];
		if (*at == OPTION_TYPE && size == 1)
			type = at[2];
		option_take(*at, at + 2, size, offer);
		at += 2 + size;
		left -= 2 + size;
	}
	return type;
}

int dhcp_offer_parse(const uint8_t *packet, size_t size,
		     const uint8_t mac[static MAC_SIZE], uint32_t transaction,
		     struct dhcp_offer *offer)
{
	struct dhcp_offer found = {.prefix = PREFIX_DEFAULT};
	const uint8_t *message = packet;

	if (message_find(&message, &size) < 0 || size < AT_OPTIONS ||
	    message[0] != BOOT_REPLY ||
	    bytes_be32(message + AT_TRANSACTION) != transaction ||
	    memcmp(message + AT_CLIENT_MAC, mac, MAC_SIZE) ||
	    memcmp(message + AT_COOKIE, cookie, sizeof(cookie)))
		return -1;
	memcpy(&found.address, message + AT_YOURS, 4);
	if (options_read(message + AT_OPTIONS, size - AT_OPTIONS, &found) != OFFER ||
	    !found.address.s_addr || !found.server.s_addr)
		return -1;
	*offer = found;
	return 0;
}

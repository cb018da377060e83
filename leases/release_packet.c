/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the messages by which a client releases its lease, and reads DHCPv6's reply. */
#define _GNU_SOURCE
#include <string.h>

#include "leases/release_packet.h"

/* RFC 2131, section 2; RFC 2132, sections 9.6, 9.7, 9.14. */
enum {
	BOOT_REQUEST = 1,
	HARDWARE_ETHERNET = 1,
	DHCP4_HEADER_SIZE = 236,
	DHCP4_SIZE_MIN = 300, /* of BOOTP, RFC 1542, section 2.1 */
	DHCP4_RELEASE = 7,
	DHCP4_MESSAGE_TYPE = 53,
	DHCP4_SERVER_ID = 54,
	DHCP4_CLIENT_ID = 61,
	DHCP4_END = 255,
};

/* RFC 8415, sections 7.3 and 21. */
enum {
	DHCP6_REPLY = 7,
	DHCP6_RELEASE = 8,
	DHCP6_HEADER_SIZE = 4,
	DHCP6_CLIENT_ID = 1,
	DHCP6_SERVER_ID = 2,
	DHCP6_IA_NA = 3,
	DHCP6_IA_TA = 4,
	DHCP6_IA_ADDRESS = 5,
	DHCP6_ELAPSED_TIME = 8,
	DHCP6_STATUS = 13,
};

/* The largest possible message is smaller than RELEASE_PACKET_MAX. */
_Static_assert(DHCP4_HEADER_SIZE + 4 + 3 + 6 + 2 + LEASE_ID_MAX + 1 <= RELEASE_PACKET_MAX,
	       "a DHCPRELEASE fits");
_Static_assert(DHCP6_HEADER_SIZE + 2 * (4 + LEASE_ID_MAX) + 6 + 16 + 28 <=
		       RELEASE_PACKET_MAX,
	       "a DHCPv6 RELEASE fits");

struct writer {
	uint8_t *at;
};

static void put(struct writer *writer, const void *data, size_t size)
{
	memcpy(writer->at, data, size);
	writer->at += size;
}

static void put8(struct writer *writer, unsigned int value)
{
	*writer->at++ = (uint8_t)value;
}

static void put16(struct writer *writer, unsigned int value)
{
	put8(writer, value >> 8 & 0xff);
	put8(writer, value & 0xff);
}

static void put32(struct writer *writer, uint32_t value)
{
	put16(writer, value >> 16);
	put16(writer, value & 0xffff);
}

static int v4_build(const struct lease *lease, struct in_addr server,
		    uint32_t transaction, uint8_t *packet, size_t *size,
		    struct error *error)
{
	static const uint8_t cookie[] = {99, 130, 83, 99};
	struct writer writer = {packet};

	if (!lease->has_mac)
		return error_set(error, "the lease has no MAC address");
	memset(packet, 0, DHCP4_SIZE_MIN);
	put8(&writer, BOOT_REQUEST);
	put8(&writer, HARDWARE_ETHERNET);
	put8(&writer, MAC_SIZE);
	put8(&writer, 0); /* hops */
	put32(&writer, transaction);
	put32(&writer, 0); /* seconds, flags */
	put(&writer, &lease->address.v4, sizeof(lease->address.v4));
	writer.at += 3 * sizeof(struct in_addr); /* yours, next server's, relay's */
	put(&writer, lease->mac, MAC_SIZE);

	writer.at = packet + DHCP4_HEADER_SIZE;
	put(&writer, cookie, sizeof(cookie));
	put8(&writer, DHCP4_MESSAGE_TYPE);
	put8(&writer, 1);
	put8(&writer, DHCP4_RELEASE);
	put8(&writer, DHCP4_SERVER_ID);
	put8(&writer, sizeof(server));
	put(&writer, &server, sizeof(server));
	if (lease->client_id.size) {
		put8(&writer, DHCP4_CLIENT_ID);
		put8(&writer, (unsigned int)lease->client_id.size);
		put(&writer, lease->client_id.bytes, lease->client_id.size);
	}
	put8(&writer, DHCP4_END);
	*size = (size_t)(writer.at - packet);
	if (*size < DHCP4_SIZE_MIN)
		*size = DHCP4_SIZE_MIN;
	return 0;
}

static void v6_put_id(struct writer *writer, unsigned int option,
		      const struct lease_id *id)
{
	put16(writer, option);
	put16(writer, (unsigned int)id->size);
	put(writer, id->bytes, id->size);
}

static int v6_build(const struct lease *lease, uint32_t transaction, uint8_t *packet,
		    size_t *size, struct error *error)
{
	enum { ADDRESS_SIZE = 16 + 4 + 4, IA_TA_SIZE = 4, IA_NA_SIZE = 12 };
	struct writer writer = {packet};

	if (!lease->client_id.size)
		return error_set(error, "the lease has no DUID");
	if (!lease->server_duid.size)
		return error_set(error, "the lease has no DUID of its server");
	if (!lease->has_iaid)
		return error_set(error, "the lease has no IAID");
	put32(&writer, (uint32_t)DHCP6_RELEASE << 24 | transaction);
	v6_put_id(&writer, DHCP6_CLIENT_ID, &lease->client_id);
	v6_put_id(&writer, DHCP6_SERVER_ID, &lease->server_duid);
	put16(&writer, DHCP6_ELAPSED_TIME);
	put16(&writer, 2);
	put16(&writer, 0);
	put16(&writer, lease->temporary ? DHCP6_IA_TA : DHCP6_IA_NA);
	put16(&writer, (lease->temporary ? IA_TA_SIZE : IA_NA_SIZE) + 4 + ADDRESS_SIZE);
	put32(&writer, lease->iaid);
	if (!lease->temporary) {
		put32(&writer, 0); /* T1 */
		put32(&writer, 0); /* T2 */
	}
	put16(&writer, DHCP6_IA_ADDRESS);
	put16(&writer, ADDRESS_SIZE);
	put(&writer, &lease->address.v6, sizeof(lease->address.v6));
	put32(&writer, 0); /* preferred lifetime */
	put32(&writer, 0); /* valid lifetime */
	*size = (size_t)(writer.at - packet);
	return 0;
}

int release_packet_build(const struct lease *lease, struct in_addr server,
			 uint32_t transaction, uint8_t packet[static RELEASE_PACKET_MAX],
			 size_t *size, struct error *error)
{
	transaction &= RELEASE_TRANSACTION_MAX;
	if (lease->client_id.size > LEASE_ID_MAX ||
	    lease->server_duid.size > LEASE_ID_MAX)
		return error_set(error, "the lease's client-id or DUID is too long");
	if (lease->address.family == AF_INET)
		return v4_build(lease, server, transaction, packet, size, error);
	if (lease->address.family == AF_INET6)
		return v6_build(lease, transaction, packet, size, error);
	return error_set(error, "the lease has no address");
}

static unsigned int get16(const uint8_t *at)
{
	return (unsigned int)at[0] << 8 | at[1];
}

static void status_read(const uint8_t *at, size_t size, struct release_reply *reply)
{
	unsigned int status = get16(at);

	if (!status || reply->status)
		return;
	reply->status = (uint16_t)status;
	size -= 2;
	if (size >= sizeof(reply->message))
		size = sizeof(reply->message) - 1;
	memcpy(reply->message, at + 2, size);
	reply->message[size] = '\0';
}

/* The size of an option's fields before the options in it; 0 if it has no options. */
static size_t container_header(unsigned int code)
{
	switch (code) {
	case DHCP6_IA_NA:
		return 12;
	case DHCP6_IA_TA:
		return 4;
	case DHCP6_IA_ADDRESS:
		return 24;
	default:
		return 0;
	}
}

static int options_walk(const uint8_t *at, size_t left, unsigned int depth,
			struct release_reply *reply)
{
	enum { DEPTH_MAX = 2 }; /* a status in an address in an association */

	while (left) {
		unsigned int code;
		size_t length, header;

		if (left < 4)
			return -1;
		code = get16(at);
		length = get16(at + 2);
		header = container_header(code);
		at += 4;
		left -= 4;
		if (length > left || length < header)
			return -1;
		if (code == DHCP6_STATUS) {
			if (length < 2)
				return -1;
			status_read(at, length, reply);
		} else if (header && depth < DEPTH_MAX &&
			   options_walk(at + header, length - header, depth + 1, reply) <
				   0) {
			return -1;
		}
		at += length;
		left -= length;
	}
	return 0;
}

int release_reply_parse(const uint8_t *packet, size_t size, struct release_reply *reply)
{
	struct release_reply parsed = {0};

	if (size < DHCP6_HEADER_SIZE || packet[0] != DHCP6_REPLY)
		return -1;
	parsed.transaction = (uint32_t)packet[1] << 16 | (uint32_t)packet[2] << 8 |
			     packet[3];
	if (options_walk(packet + DHCP6_HEADER_SIZE, size - DHCP6_HEADER_SIZE, 0,
			 &parsed) < 0)
		return -1;
	*reply = parsed;
	return 0;
}

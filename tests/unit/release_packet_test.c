/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Release messages, byte by byte, and the answers to them. */
#include <arpa/inet.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/mem.h"
#include "leases/release_packet.h"
#include "tests/unit/tap.h"

static uint8_t packet[RELEASE_PACKET_MAX];

static struct lease lease_make(const char *address, const char *mac, const char *id)
{
	struct lease lease = {0};

	lease_address_parse(address, &lease.address, NULL);
	lease.has_mac = mac && mac_parse(mac, lease.mac, NULL) == 0;
	if (id)
		lease_id_parse(id, &lease.client_id, NULL);
	return lease;
}

static void v4_tests(void)
{
	static const uint8_t head[] = {1, 1, 6,	 0, 0, 0x12, 0x34, 0x56, 0, 0,
				       0, 0, 10, 0, 0, 7,    0,	   0,	 0, 0};
	static const uint8_t mac[16] = {0x52, 0x54, 0, 0xaa, 0xbb, 0xcc};
	static const uint8_t options[] = {99, 130, 83, 99, 53, 1,    7,	   54,	 4,   10,
					  0,  0,   1,  61, 3,  0xff, 0x00, 0xb5, 255, 0};
	static const uint8_t bare[] = {99, 130, 83, 99, 53, 1,	 7, 54,
				       4,  10,	0,  0,	1,  255, 0};
	static const uint8_t zero[192] = {0};
	struct in_addr server = {.s_addr = htonl(0x0a000001)};
	struct lease lease = lease_make("10.0.0.7", "52:54:00:aa:bb:cc", "ff:00:b5");
	size_t size = 0;

	memset(packet, 0xee, sizeof(packet));
	tap_ok(release_packet_build(&lease, server, 0xff123456, packet, &size, NULL) == 0,
	       "a DHCPRELEASE");
	tap_number(size, 300, "has the size of a BOOTP message");
	tap_bytes(packet, sizeof(head), head, sizeof(head), "ciaddr is the address");
	tap_bytes(packet + 28, 16, mac, sizeof(mac), "chaddr is the MAC, padded");
	tap_bytes(packet + 44, 192, zero, sizeof(zero), "no names");
	tap_bytes(packet + 236, sizeof(options), options, sizeof(options),
		  "type, server, client-id as it stands, and no requested address");
	lease_free(&lease);

	lease = lease_make("10.0.0.7", "52:54:00:aa:bb:cc", NULL);
	release_packet_build(&lease, server, 1, packet, &size, NULL);
	tap_bytes(packet + 236, sizeof(bare), bare, sizeof(bare), "without a client-id");
	lease_free(&lease);

	lease = lease_make("10.0.0.7", "52:54:00:aa:bb:cc", NULL);
	lease.client_id = (struct lease_id){mem_zero(LEASE_ID_MAX, 1), LEASE_ID_MAX};
	release_packet_build(&lease, server, 1, packet, &size, NULL);
	tap_number(size, 236 + 4 + 3 + 6 + 2 + LEASE_ID_MAX + 1, "the longest client-id");
	tap_number(packet[size - 1], 255, "and the end behind it");
	lease.has_mac = false;
	tap_ok(release_packet_build(&lease, server, 1, packet, &size, NULL) < 0,
	       "a lease without MAC is refused");
	lease.client_id.size = LEASE_ID_MAX + 1;
	tap_ok(release_packet_build(&lease, server, 1, packet, &size, NULL) < 0,
	       "a client-id that is too long is refused");
	lease_free(&lease);
	tap_ok(release_packet_build(&lease, server, 1, packet, &size, NULL) < 0,
	       "a lease without address is refused");
}

static void v6_tests(void)
{
	static const uint8_t permanent[] = {
		8, 0x12, 0x34, 0x56, 0,	   1,	 0,    4,    0, 3, 0, 1, /* client */
		0, 2,	 0,    3,    0,	   1,	 0xaa,			 /* server */
		0, 8,	 0,    2,    0,	   0,		     /* elapsed time */
		0, 3,	 0,    40,   0xff, 0xff, 0xff, 0xfe, /* IA_NA */
		0, 0,	 0,    0,    0,	   0,	 0,    0,    /* T1, T2 */
		0, 5,	 0,    24,   0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0,
		0, 0,	 0,    0,    0,	   9,	 0,    0,    0, 0, 0, 0, 0, 0};
	static const uint8_t temporary[] = {0, 4, 0, 32, 0xff, 0xff, 0xff, 0xfe, 0, 5};
	CLEANUP(error_free) struct error error = {0};
	struct lease lease = lease_make("2001:db8::9", NULL, "00:03:00:01");
	struct in_addr none = {0};
	size_t size = 0;

	tap_ok(release_packet_build(&lease, none, 0x123456, packet, &size, &error) < 0,
	       "v6 without server DUID is refused");
	tap_string(error_text(&error), "the lease has no DUID of its server",
		   "and says so");
	lease_id_parse("00:01:aa", &lease.server_duid, NULL);
	tap_ok(release_packet_build(&lease, none, 0x123456, packet, &size, &error) < 0,
	       "v6 without IAID is refused");
	lease_iaid_parse("4294967294", &lease, NULL);
	tap_ok(release_packet_build(&lease, none, 0x123456, packet, &size, &error) == 0,
	       "a RELEASE");
	tap_bytes(packet, size, permanent, sizeof(permanent),
		  "has both DUIDs, the IAID unsigned, the address");
	lease.temporary = true;
	release_packet_build(&lease, none, 0x123456, packet, &size, &error);
	tap_bytes(packet + 25, sizeof(temporary), temporary, sizeof(temporary),
		  "a temporary one has an IA_TA");
	lease.client_id.size = 0;
	tap_ok(release_packet_build(&lease, none, 1, packet, &size, &error) < 0,
	       "v6 without DUID is refused");
	lease_free(&lease);
}

static void reply_is(const uint8_t *data, size_t size, bool good, uint16_t status,
		     const char *message, const char *title)
{
	CLEANUP(free_ptr) uint8_t *copy = mem_copy(data, size);
	struct release_reply reply = {.transaction = 7};

	tap_ok((release_reply_parse(copy, size, &reply) == 0) == good, "%s is %s", title,
	       good ? "read" : "refused");
	tap_number(reply.transaction, good ? 0x123456 : 7, "%s: transaction", title);
	tap_number(reply.status, status, "%s: status", title);
	tap_string(reply.message, message, "%s: message", title);
}

static void reply_tests(void)
{
	static const uint8_t success[] = {7, 0x12, 0x34, 0x56, 0,   13,
					  0, 4,	   0,	 0,    'o', 'k'};
	static const uint8_t no_binding[] = {
		7, 0x12, 0x34, 0x56, 0, 1, 0,	2,   9, 9,		     /* client */
		0, 3,	 0,    20,   0, 0, 0,	1,   0, 0, 0, 0, 0, 0, 0, 0, /* IA_NA */
		0, 13,	 0,    4,    0, 3, 'n', 'o',			     /* in it */
		0, 13,	 0,    2,    0, 0};				     /* success */
	static const uint8_t in_address[] = {
		7, 0x12, 0x34, 0x56, 0, 4, 0, 38, 0, 0, 0, 1, /* IA_TA */
		0, 5,	 0,    30,   0, 0, 0, 0,  0, 0, 0, 0, 0,  0, 0, 0, 0,
		0, 0,	 0,    0,    0, 0, 0, 0,  0, 0, 0, 0, 13, 0, 2, 1, 5};
	static const uint8_t cut_option[] = {7, 0x12, 0x34, 0x56, 0, 13, 0, 4, 0, 0, 'o'};
	static const uint8_t cut_header[] = {7, 0x12, 0x34, 0x56, 0, 13, 0};
	static const uint8_t short_status[] = {7, 0x12, 0x34, 0x56, 0, 13, 0, 1, 0};
	static const uint8_t short_ia[] = {7, 0x12, 0x34, 0x56, 0, 3, 0, 4, 0, 0, 0, 1};
	static const uint8_t advertise[] = {2, 0x12, 0x34, 0x56};
	uint8_t lengthy[4 + 4 + 2 + 300] = {7, 0x12, 0x34, 0x56, 0, 13, 1, 46, 0, 1};
	char expected[RELEASE_MESSAGE_MAX] = "";

	reply_is(success, sizeof(success), true, 0, "", "success");
	reply_is(success, 4, true, 0, "", "a reply without options");
	reply_is(no_binding, sizeof(no_binding), true, 3, "no",
		 "a status in an association");
	reply_is(in_address, sizeof(in_address), true, 261, "", "a status in an address");
	reply_is(cut_option, sizeof(cut_option), false, 0, "", "an option cut off");
	reply_is(cut_header, sizeof(cut_header), false, 0, "", "a header cut off");
	reply_is(short_status, sizeof(short_status), false, 0, "",
		 "a status of one byte");
	reply_is(short_ia, sizeof(short_ia), false, 0, "", "a short association");
	reply_is(advertise, sizeof(advertise), false, 0, "", "another message");
	reply_is(success, 3, false, 0, "", "three bytes");
	memset(lengthy + 10, 'x', 300);
	memset(expected, 'x', sizeof(expected) - 1);
	reply_is(lengthy, sizeof(lengthy), true, 1, expected, "a lengthy message, cut,");
}

int main(void)
{
	v4_tests();
	v6_tests();
	reply_tests();
	return tap_done();
}

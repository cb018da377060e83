/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DHCP requests and offers, and pings. */
#include <arpa/inet.h>
#include <string.h>

#include "provision/doctor/dhcp_message.h"
#include "provision/doctor/ping.h"
#include "tests/unit/tap.h"

enum { AT_MESSAGE = 28, AT_OPTIONS = AT_MESSAGE + 240, NUMBER = 0x12345678 };

static const uint8_t mac[MAC_SIZE] = {0x52, 0x54, 0, 1, 2, 3};

/* An offer of 10.0.0.7 with these options; returns its size. */
static size_t offer_build(uint8_t packet[static 400], const uint8_t *options, size_t size)
{
	static const uint8_t offered[] = {10, 0, 0, 7};
	size_t total = AT_OPTIONS + size;

	memset(packet, 0, 400);
	dhcp_discover_build(mac, NUMBER, packet);
	packet[2] = (uint8_t)(total >> 8);
	packet[3] = (uint8_t)total;
	packet[21] = 67;
	packet[23] = 68;
	packet[24] = (uint8_t)((total - 20) >> 8);
	packet[25] = (uint8_t)(total - 20);
	packet[AT_MESSAGE] = 2;
	memcpy(packet + AT_MESSAGE + 16, offered, sizeof(offered));
	memcpy(packet + AT_OPTIONS, options, size);
	return total;
}

static const uint8_t good[] = {53,  1, 2, 0, 54, 4, 10, 0, 0,  1, 1, 4, 255, 255,
			       128, 0, 3, 8, 10, 0, 0,	2, 10, 0, 0, 3, 255};

static void offer_test(void)
{
	uint8_t packet[400];
	size_t size = offer_build(packet, good, sizeof(good));
	struct dhcp_offer offer = {0};
	char text[INET_ADDRSTRLEN];
	unsigned int wrong = 0;

	tap_ok(dhcp_offer_parse(packet, size, mac, NUMBER, &offer) == 0, "an offer");
	tap_string(inet_ntop(AF_INET, &offer.address, text, sizeof(text)), "10.0.0.7",
		   "its address");
	tap_string(inet_ntop(AF_INET, &offer.server, text, sizeof(text)), "10.0.0.1",
		   "its server");
	tap_string(inet_ntop(AF_INET, &offer.router, text, sizeof(text)), "10.0.0.2",
		   "its first router");
	tap_number(offer.prefix, 17, "its prefix");
	tap_ok(dhcp_offer_parse(packet, size, mac, NUMBER + 1, &offer) < 0,
	       "of another transaction");
	packet[AT_MESSAGE + 28]++;
	tap_ok(dhcp_offer_parse(packet, size, mac, NUMBER, &offer) < 0,
	       "for another client");
	packet[AT_MESSAGE + 28]--;
	for (size_t less = 0; less < size; less++)
		wrong += dhcp_offer_parse(packet, less, mac, NUMBER, &offer) == 0;
	tap_number(wrong, 0, "no part of it is one");
}

static void options_test(void)
{
	static const struct {
		const char *what;
		uint8_t options[16];
		size_t size;
	} bad[] = {
		{"no options", {255}, 1},
		{"no type", {54, 4, 10, 0, 0, 1, 255}, 7},
		{"not an offer", {53, 1, 5, 54, 4, 10, 0, 0, 1, 255}, 10},
		{"no server", {53, 1, 2, 255}, 4},
		{"an option beyond the end", {53, 1, 2, 54, 9, 10, 0, 0, 1}, 9},
		{"an option without a size", {53, 1, 2, 54}, 4},
	};
	uint8_t packet[400];
	struct dhcp_offer offer = {.prefix = 3};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t size = offer_build(packet, bad[i].options, bad[i].size);

		tap_ok(dhcp_offer_parse(packet, size, mac, NUMBER, &offer) < 0, "%s",
		       bad[i].what);
	}
	tap_number(offer.prefix, 3, "what is no offer changes nothing");
}

static void ping_test(void)
{
	uint8_t request[PING_SIZE], packet[20 + PING_SIZE] = {0x45};
	struct in_addr address;

	inet_pton(AF_INET, "10.0.0.1", &address);
	ping_build(NUMBER, request);
	tap_ok(request[0] == 8 && request[2] == 0x8f && request[3] == 0x53,
	       "a request with its checksum");
	packet[9] = 1;
	memcpy(packet + 12, &address, 4);
	memcpy(packet + 20, request, PING_SIZE);
	tap_ok(!ping_is_reply(packet, sizeof(packet), address, NUMBER),
	       "a request is no reply");
	packet[20] = 0;
	tap_ok(ping_is_reply(packet, sizeof(packet), address, NUMBER), "a reply");
	tap_ok(!ping_is_reply(packet, sizeof(packet), address, NUMBER + 1),
	       "to another request");
	tap_ok(!ping_is_reply(packet, sizeof(packet) - 1, address, NUMBER), "half of it");
	packet[0] = 0x4f;
	tap_ok(!ping_is_reply(packet, sizeof(packet), address, NUMBER),
	       "a header that is larger");
}

int main(void)
{
	offer_test();
	options_test();
	ping_test();
	return tap_done();
}

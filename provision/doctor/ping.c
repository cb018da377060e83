/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pings an IPv4 address. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "common/bytes.h"
#include "common/clock.h"
#include "provision/doctor/ping.h"

enum {
	TRIES = 3,
	PACKETS_MAX = 256, /* of others, until the time is looked at again */
	IP_HEADER_SIZE = 20,
	AT_PROTOCOL = 9,
	AT_FROM = 12,
	ICMP_REPLY = 0,
	ICMP_REQUEST = 8,
	AT_CHECKSUM = 2,
	AT_NUMBER = 8,
	PACKET_MAX = 256,
};

int ping_socket(struct error *error)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);

	return fd < 0 ? error_errno(error, "can't ping") : fd;
}

void ping_build(uint32_t number, uint8_t packet[static PING_SIZE])
{
	uint32_t sum = 0;

	memset(packet, 0, PING_SIZE);
	packet[0] = ICMP_REQUEST;
	for (int i = 0; i < 4; i++)
		packet[AT_NUMBER + i] = (uint8_t)(number >> (24 - 8 * i));
	for (int i = 0; i < PING_SIZE; i += 2)
		sum += bytes_be16(packet + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~(sum + (sum >> 16));
	packet[AT_CHECKSUM] = (uint8_t)(sum >> 8);
	packet[AT_CHECKSUM + 1] = (uint8_t)sum;
}

bool ping_is_reply(const uint8_t *packet, size_t size, struct in_addr address,
		   uint32_t number)
{
	size_t header = size ? (size_t)(packet[0] & 0xf) * 4 : 0;

	return size >= IP_HEADER_SIZE && header >= IP_HEADER_SIZE &&
	       size >= header + PING_SIZE && packet[AT_PROTOCOL] == IPPROTO_ICMP &&
	       !memcmp(packet + AT_FROM, &address, sizeof(address)) &&
	       packet[header] == ICMP_REPLY &&
	       bytes_be32(packet + header + AT_NUMBER) == number;
}

static bool reply_wait(int fd, struct in_addr address, uint32_t number, uint64_t until_ms)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	uint8_t packet[PACKET_MAX];
	int left_ms;

	while ((left_ms = clock_left_ms(until_ms)) > 0) {
		if (poll(&readable, 1, left_ms) < 0 && errno != EINTR)
			return false;
		for (int i = 0; i < PACKETS_MAX; i++) {
			ssize_t got = recv(fd, packet, sizeof(packet), 0);

			if (got < 0)
				break;
			if (ping_is_reply(packet, (size_t)got, address, number))
				return true;
		}
	}
	return false;
}

bool ping_replies(int fd, struct in_addr address, uint32_t number, unsigned int wait_ms)
{
	const struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = address};
	uint8_t packet[PING_SIZE];

	ping_build(number, packet);
	for (int i = 0; i < TRIES; i++) {
		/* Without a route it will not work the next time either. */
		if (sendto(fd, packet, sizeof(packet), 0, (const struct sockaddr *)&to,
			   sizeof(to)) < 0 &&
		    errno == ENETUNREACH)
			return false;
		if (reply_wait(fd, address, number, clock_ms() + wait_ms / TRIES))
			return true;
	}
	return false;
}

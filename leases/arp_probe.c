/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out by ARP whether an IPv4 address is in use on a bridge. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "leases/arp_probe.h"

/* Hardware Ethernet, protocol IPv4, lengths of their addresses. */
static const uint8_t arp_head[] = {0, 1, 0x08, 0x00, MAC_SIZE, 4};

enum { OPERATION = 6, SENDER_MAC = 8, SENDER_IP = 14, TARGET_IP = 24, REQUEST = 1 };

enum {
	PACKETS_MAX = 256, /* to read before the time is checked again */
	PROBES_AT_ONCE = 128,
	PAUSE_MS = 5,
};

bool arp_sender(const uint8_t *packet, size_t size, uint8_t address[static 4])
{
	if (size < ARP_PACKET_SIZE || memcmp(packet, arp_head, sizeof(arp_head)))
		return false;
	memcpy(address, packet + SENDER_IP, 4);
	return true;
}

static int socket_open(const char *bridge, struct sockaddr_ll *own, struct error *error)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			htons(ETH_P_ARP));
	socklen_t size = sizeof(*own);

	if (fd < 0)
		return error_errno(error, "can't send ARP");
	*own = (struct sockaddr_ll){
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ARP),
		.sll_ifindex = (int)if_nametoindex(bridge),
	};
	if (own->sll_ifindex &&
	    bind(fd, (const struct sockaddr *)own, sizeof(*own)) == 0 &&
	    getsockname(fd, (struct sockaddr *)own, &size) == 0)
		return fd;
	error_errno(error, "bridge %s", bridge);
	close(fd);
	return -1;
}

static int probe_send(int fd, const struct sockaddr_ll *own,
		      const struct arp_probe *probe)
{
	struct sockaddr_ll all = *own;
	uint8_t packet[ARP_PACKET_SIZE] = {0};

	memset(all.sll_addr, 0xff, MAC_SIZE);
	all.sll_halen = MAC_SIZE;
	memcpy(packet, arp_head, sizeof(arp_head));
	packet[OPERATION + 1] = REQUEST;
	memcpy(packet + SENDER_MAC, own->sll_addr, MAC_SIZE);
	memcpy(packet + TARGET_IP, probe->address.bytes, 4);
	return sendto(fd, packet, sizeof(packet), 0, (const struct sockaddr *)&all,
		      sizeof(all)) < 0
		       ? -1
		       : 0;
}

static void answer_take(struct arp_probe *probes, size_t count,
			const uint8_t address[static 4])
{
	for (size_t i = 0; i < count; i++)
		probes[i].answered |= !memcmp(probes[i].address.bytes, address, 4);
}

static bool all_answered(const struct arp_probe *probes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!probes[i].answered)
			return false;
	}
	return true;
}

/* The number of packets is limited, since others may send faster than this reads. */
static int answers_receive(int fd, struct arp_probe *probes, size_t count,
			   uint64_t until_ms)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	uint8_t packet[ARP_PACKET_SIZE + 32], address[4];
	int left_ms;

	while (!all_answered(probes, count) && (left_ms = clock_left_ms(until_ms)) > 0) {
		ssize_t got;

		if (poll(&readable, 1, left_ms) < 0 && errno != EINTR)
			return -1;
		for (int i = 0; i < PACKETS_MAX; i++) {
			got = recv(fd, packet, sizeof(packet), 0);
			if (got < 0 && errno != EAGAIN && errno != EINTR)
				return -1;
			if (got < 0)
				break;
			if (arp_sender(packet, (size_t)got, address))
				answer_take(probes, count, address);
		}
	}
	return 0;
}

/* Probes the addresses without a reply, PROBES_AT_ONCE at a time, since a slow guest
 * loses packets of a burst. -1 with errno. */
static int silent_ask(int fd, const struct sockaddr_ll *own, struct arp_probe *probes,
		      size_t count)
{
	unsigned int sent = 0;

	for (size_t i = 0; i < count; i++) {
		if (probes[i].answered)
			continue;
		if (probe_send(fd, own, &probes[i]) < 0)
			return -1;
		if (++sent % PROBES_AT_ONCE == 0 &&
		    answers_receive(fd, probes, count, clock_ms() + PAUSE_MS) < 0)
			return -1;
	}
	return 0;
}

/* Whether the kernel dropped no packet, which could have been a reply. */
static bool is_whole(int fd)
{
	struct tpacket_stats stats = {0};
	socklen_t size = sizeof(stats);

	return getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0 &&
	       !stats.tp_drops;
}

int arp_probe_run(const char *bridge, struct arp_probe *probes, size_t count,
		  unsigned int wait_ms, struct error *error)
{
	struct sockaddr_ll own;
	CLEANUP(close_fd) int fd = socket_open(bridge, &own, error);

	if (fd < 0)
		return -1;
	for (int turn = 0; turn < 2 && !all_answered(probes, count); turn++) {
		if (silent_ask(fd, &own, probes, count) < 0 ||
		    answers_receive(fd, probes, count, clock_ms() + wait_ms / 2) < 0)
			return error_errno(error, "bridge %s: can't send ARP", bridge);
	}
	if (is_whole(fd) || all_answered(probes, count))
		return 0;
	return error_set(error, "bridge %s: answers may be lost: too many packets",
			 bridge);
}

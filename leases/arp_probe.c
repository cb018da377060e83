/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking a bridge's Ethernet who has an address. */
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

static void probe_send(int fd, const struct sockaddr_ll *own,
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
	/* What is lost is sent once more, as on the wire. */
	(void)!sendto(fd, packet, sizeof(packet), 0, (const struct sockaddr *)&all,
		      sizeof(all));
}

static size_t unanswered_send(int fd, const struct sockaddr_ll *own,
			      const struct arp_probe *probes, size_t count)
{
	size_t unanswered = 0;

	for (size_t i = 0; i < count; i++) {
		if (probes[i].answered)
			continue;
		probe_send(fd, own, &probes[i]);
		unanswered++;
	}
	return unanswered;
}

static size_t answers_receive(int fd, struct arp_probe *probes, size_t count)
{
	uint8_t packet[ARP_PACKET_SIZE + 32], address[4];
	size_t answers = 0;
	ssize_t got;

	while ((got = recv(fd, packet, sizeof(packet), 0)) >= 0) {
		if (!arp_sender(packet, (size_t)got, address))
			continue;
		for (size_t i = 0; i < count; i++) {
			if (probes[i].answered ||
			    memcmp(probes[i].address.bytes, address, 4))
				continue;
			probes[i].answered = true;
			answers++;
		}
	}
	return answers;
}

int arp_probe_run(const char *bridge, struct arp_probe *probes, size_t count,
		  unsigned int wait_ms, struct error *error)
{
	struct sockaddr_ll own;
	CLEANUP(close_fd) int fd = socket_open(bridge, &own, error);
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	size_t open = count;
	int left_ms;

	if (fd < 0)
		return -1;
	for (int turn = 0; turn < 2 && open; turn++) {
		uint64_t until_ms = clock_ms() + wait_ms / 2;

		open = unanswered_send(fd, &own, probes, count);
		while (open && (left_ms = clock_left_ms(until_ms)) > 0) {
			if (poll(&readable, 1, left_ms) < 0 && errno != EINTR)
				return error_errno(error, "bridge %s", bridge);
			open -= answers_receive(fd, probes, count);
		}
	}
	return 0;
}

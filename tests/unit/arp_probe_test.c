/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asking who has an address where nothing can be sent, and where somebody sends much. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "leases/arp_probe.h"
#include "tests/unit/tap.h"

enum { PROBES = 200, WAIT_MS = 200, FLOOD_S = 10, FLOOD_ENDS_MS = 5000 };

/* The header, an answer, and the sender 192.0.2.1 of an Ethernet address. */
static const uint8_t packet_of[ARP_PACKET_SIZE] = {0, 1, 8, 0, 6, 4,   0, 2, 2,
						   0, 0, 0, 0, 1, 192, 0, 2, 1};

static void packets_test(void)
{
	uint8_t packet[ARP_PACKET_SIZE + 18] = {0}, address[4] = {0};

	memcpy(packet, packet_of, sizeof(packet_of));
	tap_ok(arp_sender(packet, sizeof(packet), address) && address[0] == 192 &&
		       address[3] == 1,
	       "the sender of an answer, with what fills an Ethernet frame");
	tap_ok(!arp_sender(packet, ARP_PACKET_SIZE - 1, address), "a short packet");
	packet[4] = 8;
	tap_ok(!arp_sender(packet, sizeof(packet), address), "another hardware");
}

static int loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int status = ioctl(fd, SIOCSIFFLAGS, &request);

	close(fd);
	return status;
}

static int sender_open(struct sockaddr_ll *all)
{
	*all = (struct sockaddr_ll){.sll_family = AF_PACKET,
				    .sll_protocol = htons(ETH_P_ARP),
				    .sll_ifindex = (int)if_nametoindex("lo"),
				    .sll_halen = 6};
	return socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static void packet_send(int fd, const struct sockaddr_ll *all, const uint8_t *packet)
{
	(void)!sendto(fd, packet, ARP_PACKET_SIZE, 0, (const struct sockaddr *)all,
		      sizeof(*all));
}

/* A process that sends packets of 192.0.2.1 as fast as it can, until it is killed. */
static pid_t flood_begin(void)
{
	struct sockaddr_ll all;
	pid_t child = fork();
	int fd;

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(FLOOD_S);
	fd = sender_open(&all);
	for (;;)
		packet_send(fd, &all, packet_of);
}

static void flood_end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void probes_init(struct arp_probe *probes)
{
	for (size_t i = 0; i < PROBES; i++) {
		const uint8_t bytes[] = {198, 51, 100, (uint8_t)i};

		probes[i] = (struct arp_probe){.address.family = AF_INET};
		memcpy(probes[i].address.bytes, bytes, sizeof(bytes));
	}
}

static void flood_test(struct arp_probe *probes)
{
	pid_t floods[] = {flood_begin(), flood_begin()};
	uint64_t start_ms = clock_ms();
	CLEANUP(error_free) struct error error = {0};
	int status = arp_probe_run("lo", probes, PROBES, WAIT_MS, &error);

	tap_ok(clock_ms() - start_ms < FLOOD_ENDS_MS, "a flood is not waited for to end");
	tap_ok(status < 0, "and what it drowns is");
	tap_string(error_text(&error), "bridge lo: answers may be lost: too many packets",
		   "not taken for silence");
	flood_end(floods[0]);
	flood_end(floods[1]);
}

int main(void)
{
	struct arp_probe probes[PROBES];
	CLEANUP(error_free) struct error error = {0};

	packets_test();
	probes_init(probes);
	if (!tap_ok(unshare(geteuid() ? CLONE_NEWUSER | CLONE_NEWNET : CLONE_NEWNET) == 0,
		    "a network of our own"))
		return tap_done();
	tap_ok(arp_probe_run("lo", probes, PROBES, WAIT_MS, &error) < 0,
	       "an interface that is down");
	tap_string(error_text(&error), "bridge lo: can't send ARP: Network is down",
		   "does not mean that nobody answers");
	error_free(&error);
	tap_ok(loopback_up() == 0, "the interface comes up");
	tap_ok(arp_probe_run("lo", probes, PROBES, WAIT_MS, &error) == 0,
	       "where nobody answers, silence is known");
	tap_ok(!probes[0].answered && !probes[PROBES - 1].answered, "as such");
	flood_test(probes);
	return tap_done();
}

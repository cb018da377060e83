/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tries what a new guest on a bridge of this machine would do: asks for an address, and
 * pings. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "common/file.h"
#include "common/mem.h"
#include "common/num.h"
#include "provision/doctor/bridge_probe.h"
#include "provision/doctor/link_request.h"
#include "provision/doctor/ping.h"

#define INSIDE "probe"

enum {
	/* dnsmasq pings an address for 3 s before it offers it. */
	OFFER_WAIT_MS = 10 * 1000,
	RESEND_MS = 2500,
	PING_WAIT_MS = 3000,
	DELAY_UNITS_S = 100, /* of the bridge's forward delay */
	DELAYS = 2,	     /* listening and learning */
	PACKETS_MAX = 256,
	PACKET_MAX = 1500,
	SETTING_MAX = 64,
};

/* What the thread works with. */
struct work {
	const char *bridge;
	unsigned int bridge_index;
	const struct in_addr *outside;
	struct bridge_probe *probe;
	unsigned int delay_ms; /* until the bridge forwards from a new port */
	uint32_t number;       /* random */
	char *port;	       /* the name of the bridge's new port */
	/* Of this machine's network namespace; -1: not open. */
	int host_namespace, host_links, host_ping;
	/* Of the new one. */
	int links, packets;
	uint8_t mac[MAC_SIZE];
	int status;
	struct error *error;
};

static uint64_t bridge_setting(const char *bridge, const char *name)
{
	CLEANUP(free_ptr)
	char *path = mem_format("/sys/class/net/%s/bridge/%s", bridge, name);
	CLEANUP(buf_free) struct buf text = {0};
	uint64_t number = 0;

	if (file_read(path, SETTING_MAX, &text, NULL) == 0 && text.size) {
		text.data[strcspn(text.data, "\n")] = '\0';
		num_parse(text.data, 0, UINT32_MAX, &number, NULL);
	}
	return number;
}

static int host_open(struct work *work)
{
	work->bridge_index = if_nametoindex(work->bridge);
	if (!work->bridge_index)
		return error_errno(work->error, "%s", work->bridge);
	if (bridge_setting(work->bridge, "stp_state"))
		work->delay_ms =
			(unsigned int)(DELAYS * 1000 *
				       bridge_setting(work->bridge, "forward_delay") /
				       DELAY_UNITS_S);
	work->host_namespace = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (work->host_namespace < 0)
		return error_errno(work->error, "/proc/thread-self/ns/net");
	work->host_links = link_socket(work->error);
	if (work->host_links < 0)
		return -1;
	work->host_ping = ping_socket(work->error);
	return work->host_ping < 0 ? -1 : 0;
}

/* What would go with the namespace goes at once, and what the host remembers. */
static void traces_remove(struct work *work)
{
	const struct bridge_probe *probe = work->probe;

	if (work->links < 0)
		return;
	link_remove(work->host_links, work->port, NULL);
	if (probe->has_offer)
		link_forget_neighbour(work->host_links, work->bridge_index,
				      probe->offer.address, NULL);
}

static void work_close(struct work *work)
{
	const int fds[] = {work->host_namespace, work->host_links, work->host_ping,
			   work->links, work->packets};

	for (size_t i = 0; i < ARRAY_LENGTH(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

/* Bound to the interface inside, whose MAC it has. */
static int packets_open(struct work *work)
{
	struct sockaddr_ll own = {.sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_IP),
				  .sll_ifindex = (int)if_nametoindex(INSIDE)};
	socklen_t size = sizeof(own);

	work->packets = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			       htons(ETH_P_IP));
	if (work->packets < 0 ||
	    bind(work->packets, (const struct sockaddr *)&own, sizeof(own)) < 0 ||
	    getsockname(work->packets, (struct sockaddr *)&own, &size) < 0)
		return error_errno(work->error, "can't send DHCP requests");
	memcpy(work->mac, own.sll_addr, MAC_SIZE);
	return 0;
}

/* The interface inside is created first, so that there is no moment at which a port could
 * outlive the namespace. */
static int namespace_create(struct work *work)
{
	if (unshare(CLONE_NEWNET) < 0)
		return error_errno(work->error, "can't create a network namespace");
	work->links = link_socket(work->error);
	if (work->links < 0 || link_pair_create(work->links, INSIDE, work->port,
						work->host_namespace, work->error) < 0)
		return -1;
	/* A kernel without IPv6 refuses this. */
	link_without_ipv6(work->links, INSIDE, NULL);
	if (link_up(work->host_links, work->port, work->bridge_index, work->error) < 0 ||
	    link_up(work->links, "lo", 0, work->error) < 0 ||
	    link_up(work->links, INSIDE, 0, work->error) < 0)
		return -1;
	return packets_open(work);
}

static int discover_send(const struct work *work)
{
	struct sockaddr_ll all = {.sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_IP),
				  .sll_ifindex = (int)if_nametoindex(INSIDE),
				  .sll_halen = MAC_SIZE};
	uint8_t packet[DHCP_DISCOVER_SIZE];

	memset(all.sll_addr, 0xff, MAC_SIZE);
	dhcp_discover_build(work->mac, work->number, packet);
	if (sendto(work->packets, packet, sizeof(packet), 0,
		   (const struct sockaddr *)&all, sizeof(all)) < 0 &&
	    errno != ENOBUFS && errno != ENETDOWN)
		return error_errno(work->error, "can't send DHCP requests");
	return 0;
}

static void offer_wait(const struct work *work, uint64_t until_ms)
{
	struct pollfd readable = {.fd = work->packets, .events = POLLIN};
	uint8_t packet[PACKET_MAX];
	int left_ms;

	while (!work->probe->has_offer && (left_ms = clock_left_ms(until_ms)) > 0) {
		if (poll(&readable, 1, left_ms) < 0 && errno != EINTR)
			return;
		for (int i = 0; i < PACKETS_MAX && !work->probe->has_offer; i++) {
			ssize_t got = recv(work->packets, packet, sizeof(packet), 0);

			if (got < 0)
				break;
			work->probe->has_offer =
				dhcp_offer_parse(packet, (size_t)got, work->mac,
						 work->number, &work->probe->offer) == 0;
		}
	}
}

static int offer_ask(struct work *work)
{
	uint64_t begin_ms = clock_ms();
	uint64_t end_ms = begin_ms + OFFER_WAIT_MS + work->delay_ms;

	while (!work->probe->has_offer && clock_left_ms(end_ms)) {
		uint64_t next_ms = clock_ms() + RESEND_MS;

		if (discover_send(work) < 0)
			return -1;
		offer_wait(work, next_ms < end_ms ? next_ms : end_ms);
	}
	work->probe->waited_s = (unsigned int)((clock_ms() - begin_ms) / 1000);
	return 0;
}

/* From inside, after this machine itself gets replies. */
static void outside_ping(struct work *work, int fd)
{
	struct bridge_probe *probe = work->probe;

	if (!work->outside || !probe->offer.router.s_addr)
		return;
	probe->outside_was_tried = ping_replies(work->host_ping, *work->outside,
						work->number, PING_WAIT_MS);
	if (probe->outside_was_tried)
		probe->outside_replies = ping_replies(fd, *work->outside,
						      work->number + 1, PING_WAIT_MS);
}

static int pings_send(struct work *work)
{
	struct bridge_probe *probe = work->probe;
	const struct dhcp_offer *offer = &probe->offer;
	unsigned int interface = if_nametoindex(INSIDE);
	CLEANUP(close_fd) int fd = ping_socket(work->error);

	if (fd < 0 || link_add_address(work->links, interface, offer->address,
				       offer->prefix, work->error) < 0)
		return -1;
	/* A router that is not in the subnet will not reply, which is said then. */
	if (offer->router.s_addr)
		link_add_route(work->links, interface, offer->router, NULL);
	probe->neighbour = offer->router.s_addr ? offer->router : offer->server;
	probe->neighbour_replies = ping_replies(fd, probe->neighbour, work->number,
						PING_WAIT_MS);
	if (!probe->neighbour_replies &&
	    ping_replies(fd, offer->server, work->number + 2, PING_WAIT_MS)) {
		probe->neighbour = offer->server;
		probe->neighbour_replies = true;
	}
	outside_ping(work, fd);
	return 0;
}

static void *work_do(void *data)
{
	struct work *work = data;

	work->status = -1;
	if (host_open(work) == 0 && namespace_create(work) == 0 && offer_ask(work) == 0)
		work->status = work->probe->has_offer ? pings_send(work) : 0;
	traces_remove(work);
	work_close(work);
	return NULL;
}

int bridge_probe_run(const char *bridge, const struct in_addr *outside,
		     struct bridge_probe *probe, struct error *error)
{
	struct work work = {.bridge = bridge,
			    .outside = outside,
			    .probe = probe,
			    .host_namespace = -1,
			    .host_links = -1,
			    .host_ping = -1,
			    .links = -1,
			    .packets = -1,
			    .error = error};
	CLEANUP(free_ptr) char *port = NULL;
	pthread_t thread;

	*probe = (struct bridge_probe){0};
	if (getrandom(&work.number, sizeof(work.number), 0) != sizeof(work.number))
		return error_errno(error, "getrandom");
	work.port = port = mem_format("vmprobe%08x", work.number);
	errno = pthread_create(&thread, NULL, work_do, &work);
	if (errno)
		return error_errno(error, "a thread for the probe");
	pthread_join(thread, NULL);
	return work.status;
}

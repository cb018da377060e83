/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the kernel's neighbour table (ARP and NDP): which MAC has an address. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/cleanup.h"
#include "common/clock.h"
#include "leases/neighbours.h"

enum {
	PACKET_MAX = 64 * 1024,
	NEIGHBOURS_MAX = 1000 * 1000,
	ALIGNMENT = 4, /* of messages and attributes */
	TICK_MS = 10,
	DISCARD_PORT = 9,
	SEEN = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT,
};

void neighbours_free(struct neighbour_list *neighbours)
{
	free(neighbours->all.items);
	*neighbours = (struct neighbour_list){0};
}

/* The size of a message or attribute with its padding, at most `left`. */
static size_t step(size_t length, size_t left)
{
	size_t aligned = (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;

	return aligned < left ? aligned : left;
}

static int address_take(struct lease_address *address, sa_family_t family,
			const uint8_t *value, size_t size)
{
	if (size != (family == AF_INET ? 4U : 16U))
		return -1;
	*address = (struct lease_address){.family = family};
	memcpy(address->bytes, value, size);
	return 0;
}

/* The kernel counts in hundredths of a second, whatever its own clock (USER_HZ). */
static void silence_take(struct neighbour *neighbour, const uint8_t *value, size_t size)
{
	struct nda_cacheinfo times;

	if (size < sizeof(times))
		return;
	memcpy(&times, value, sizeof(times));
	neighbour->silent_ms = (uint64_t)times.ndm_confirmed * TICK_MS;
}

/* Reads the attributes after a neighbour's header; returns whether it is to be added. */
static bool attributes_read(const uint8_t *at, size_t left, sa_family_t family,
			    struct neighbour *neighbour)
{
	bool has_mac = false;

	while (left >= sizeof(struct rtattr)) {
		struct rtattr attribute;
		const uint8_t *value = at + sizeof(attribute);
		size_t size;

		memcpy(&attribute, at, sizeof(attribute));
		if (attribute.rta_len < sizeof(attribute) || attribute.rta_len > left)
			return false;
		size = attribute.rta_len - sizeof(attribute);
		if (attribute.rta_type == NDA_DST &&
		    address_take(&neighbour->address, family, value, size) < 0)
			return false;
		if (attribute.rta_type == NDA_CACHEINFO)
			silence_take(neighbour, value, size);
		if (attribute.rta_type == NDA_LLADDR && size == MAC_SIZE) {
			memcpy(neighbour->mac, value, MAC_SIZE);
			has_mac = true;
		}
		size = step(attribute.rta_len, left);
		at += size;
		left -= size;
	}
	return has_mac && neighbour->address.family;
}

static void neighbour_read(const uint8_t *at, size_t size,
			   struct neighbour_list *neighbours)
{
	struct neighbour neighbour = {.silent_ms = UINT64_MAX};
	struct ndmsg head;

	if (size < sizeof(head))
		return;
	memcpy(&head, at, sizeof(head));
	neighbour.interface = head.ndm_ifindex;
	if ((head.ndm_family != AF_INET && head.ndm_family != AF_INET6) ||
	    !(head.ndm_state & SEEN) || neighbours->all.count >= NEIGHBOURS_MAX)
		return;
	if (attributes_read(at + sizeof(head), size - sizeof(head), head.ndm_family,
			    &neighbour))
		*array_add(&neighbours->all) = neighbour;
}

static int refusal_read(const uint8_t *at, size_t size, struct error *error)
{
	int number = 0;

	if (size >= sizeof(number))
		memcpy(&number, at, sizeof(number));
	errno = number < 0 && number > -4096 ? -number : EPROTO;
	return error_errno(error, "neighbour table");
}

int neighbours_parse(const uint8_t *packet, size_t size,
		     struct neighbour_list *neighbours, bool *done, struct error *error)
{
	while (size >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr head;
		const uint8_t *body = packet + sizeof(head);
		size_t next;

		memcpy(&head, packet, sizeof(head));
		if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > size)
			break;
		if (head.nlmsg_type == NLMSG_ERROR)
			return refusal_read(body, head.nlmsg_len - sizeof(head), error);
		if (head.nlmsg_type == NLMSG_DONE) {
			*done = true;
			return 0;
		}
		if (head.nlmsg_type == RTM_NEWNEIGH)
			neighbour_read(body, head.nlmsg_len - sizeof(head), neighbours);
		next = step(head.nlmsg_len, size);
		packet += next;
		size -= next;
	}
	return size ? error_set(error, "neighbour table: a message of a wrong length")
		    : 0;
}

static int question_send(int fd, struct error *error)
{
	struct {
		struct nlmsghdr head;
		struct ndmsg body;
	} question = {
		.head = {.nlmsg_len = sizeof(question),
			 .nlmsg_type = RTM_GETNEIGH,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
	};

	if (send(fd, &question, sizeof(question), 0) != (ssize_t)sizeof(question))
		return error_errno(error, "neighbour table");
	return 0;
}

int neighbours_read(struct neighbour_list *neighbours, struct error *error)
{
	CLEANUP(close_fd)
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	CLEANUP(free_ptr) uint8_t *packet = mem_zero(PACKET_MAX, 1);
	bool done = false;

	if (fd < 0)
		return error_errno(error, "neighbour table");
	if (question_send(fd, error) < 0)
		return -1;
	while (!done) {
		ssize_t size = recv(fd, packet, PACKET_MAX, MSG_TRUNC);

		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0 || size > PACKET_MAX)
			return error_errno(error, "neighbour table");
		if (neighbours_parse(packet, (size_t)size, neighbours, &done, error) < 0)
			return -1;
	}
	neighbours->is_read = true;
	neighbours->read_ms = clock_ms();
	return 0;
}

static bool is_in(const struct neighbour *neighbour, const struct neighbour_list *list)
{
	array_foreach(other, &list->all) {
		if (other->interface == neighbour->interface &&
		    mac_equal(other->mac, neighbour->mac) &&
		    lease_address_equal(&other->address, &neighbour->address))
			return true;
	}
	return false;
}

bool neighbour_is_new(const struct neighbour *neighbour,
		      const struct neighbour_list *list,
		      const struct neighbour_list *before)
{
	return neighbour->silent_ms < list->read_ms - before->read_ms ||
	       !is_in(neighbour, before);
}

void neighbour_poke(const struct neighbour *neighbour)
{
	const struct lease_address *address = &neighbour->address;
	CLEANUP(close_fd)
	int fd = socket(address->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	union {
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to = {.v4.sin_family = address->family, .v4.sin_port = htons(DISCARD_PORT)};
	char name[IF_NAMESIZE];

	if (address->family == AF_INET6)
		to.v6.sin6_addr = address->v6;
	else
		to.v4.sin_addr = address->v4;
	if (fd >= 0 && if_indextoname((unsigned int)neighbour->interface, name) &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) ==
		    0)
		sendto(fd, "", 1, 0, (const struct sockaddr *)&to,
		       address->family == AF_INET6 ? sizeof(to.v6) : sizeof(to.v4));
}

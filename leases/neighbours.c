/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the kernel's neighbour table (ARP and NDP): which MAC has an address. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/cleanup.h"
#include "leases/neighbours.h"

enum {
	PACKET_MAX = 64 * 1024,
	NEIGHBOURS_MAX = 1000 * 1000,
	ALIGNMENT = 4, /* of messages and attributes */
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
	struct neighbour neighbour = {0};
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
	return 0;
}

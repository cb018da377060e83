/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets of the kernel's neighbour table. */
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "leases/neighbours.h"
#include "tests/unit/tap.h"

static void attribute_add(struct buf *packet, unsigned short type, const void *value,
			  size_t size)
{
	struct rtattr head = {.rta_len = (unsigned short)(sizeof(head) + size),
			      .rta_type = type};

	buf_add(packet, &head, sizeof(head));
	buf_add(packet, value, size);
	buf_add(packet, "\0\0\0", (4 - size % 4) % 4);
}

/* A neighbour 10.9.2.N at 52:54:00:00:00:N on interface 3, which replied `silent` ticks
 * ago; 0: the kernel does not say. */
static void neighbour_add(struct buf *packet, uint8_t number, unsigned short state,
			  uint32_t silent)
{
	const struct nda_cacheinfo times = {.ndm_confirmed = silent};
	const uint8_t address[] = {10, 9, 2, number};
	const uint8_t mac[] = {0x52, 0x54, 0, 0, 0, number};
	struct ndmsg body = {.ndm_family = AF_INET, .ndm_ifindex = 3, .ndm_state = state};
	struct nlmsghdr head = {.nlmsg_type = RTM_NEWNEIGH};
	size_t start = packet->size;

	buf_add(packet, &head, sizeof(head));
	buf_add(packet, &body, sizeof(body));
	attribute_add(packet, NDA_DST, address, sizeof(address));
	attribute_add(packet, NDA_LLADDR, mac, sizeof(mac));
	if (silent)
		attribute_add(packet, NDA_CACHEINFO, &times, sizeof(times));
	head.nlmsg_len = (uint32_t)(packet->size - start);
	memcpy(packet->data + start, &head, sizeof(head));
}

static void message_add(struct buf *packet, unsigned short type, int number)
{
	struct nlmsghdr head = {.nlmsg_len = sizeof(head) + sizeof(number),
				.nlmsg_type = type};

	buf_add(packet, &head, sizeof(head));
	buf_add(packet, &number, sizeof(number));
}

static int parse(const struct buf *packet, struct neighbour_list *neighbours, bool *done,
		 struct error *error)
{
	return neighbours_parse((const uint8_t *)packet->data, packet->size, neighbours,
				done, error);
}

static void table_test(void)
{
	CLEANUP(neighbours_free) struct neighbour_list neighbours = {0};
	CLEANUP(buf_free) struct buf packet = {0};
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];
	bool done = false;

	neighbour_add(&packet, 5, NUD_REACHABLE, 0);
	neighbour_add(&packet, 6, NUD_FAILED, 0);
	neighbour_add(&packet, 7, NUD_INCOMPLETE, 0);
	neighbour_add(&packet, 8, NUD_STALE, 25);
	tap_ok(parse(&packet, &neighbours, &done, NULL) == 0 && !done,
	       "a packet without an end");
	tap_number(neighbours.all.count, 2, "only those that have answered");
	tap_string(lease_address_format(&neighbours.all.items[1].address, address),
		   "10.9.2.8", "its address");
	tap_string(mac_format(neighbours.all.items[1].mac, mac), "52:54:00:00:00:08",
		   "its MAC");
	tap_number((uint64_t)neighbours.all.items[1].interface, 3, "its interface");
	tap_number(neighbours.all.items[1].silent_ms, 250, "how long it has been silent");
	tap_ok(neighbours.all.items[0].silent_ms == UINT64_MAX, "and that is not known");
	message_add(&packet, NLMSG_DONE, 0);
	tap_ok(parse(&packet, &neighbours, &done, NULL) == 0 && done,
	       "the end in the same packet");
}

static void mistakes_test(void)
{
	CLEANUP(neighbours_free) struct neighbour_list neighbours = {0};
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(buf_free) struct buf packet = {0};
	bool done = false;

	message_add(&packet, NLMSG_ERROR, -1);
	tap_ok(parse(&packet, &neighbours, &done, &error) < 0, "a refusal");
	tap_string(error_text(&error), "neighbour table: Operation not permitted",
		   "and its reason");
	buf_clear(&packet);
	neighbour_add(&packet, 5, NUD_REACHABLE, 0);
	for (size_t size = 1; size < packet.size; size++) {
		if (neighbours_parse((const uint8_t *)packet.data, size, &neighbours,
				     &done, NULL) == 0)
			tap_ok(false, "%zu bytes of %zu are a packet", size, packet.size);
	}
	tap_number(neighbours.all.count, 0, "a packet that is cut off has no neighbours");
}

/* The table at first, and 10 s later, when neighbour 5 has replied 4 s ago, 6 a minute
 * ago, and 7 is new. */
static void news_test(void)
{
	CLEANUP(neighbours_free) struct neighbour_list before = {.read_ms = 1000};
	CLEANUP(neighbours_free) struct neighbour_list now = {.read_ms = 11000};
	CLEANUP(buf_free) struct buf first = {0}, then = {0};
	bool done = false;

	neighbour_add(&first, 5, NUD_STALE, 9000);
	neighbour_add(&first, 6, NUD_STALE, 5000);
	neighbour_add(&then, 5, NUD_REACHABLE, 400);
	neighbour_add(&then, 6, NUD_STALE, 6000);
	neighbour_add(&then, 7, NUD_STALE, 6000);
	tap_ok(parse(&first, &before, &done, NULL) == 0 &&
		       parse(&then, &now, &done, NULL) == 0 && now.all.count == 3,
	       "two tables");
	tap_ok(neighbour_is_new(&now.all.items[0], &now, &before), "it has replied");
	tap_ok(!neighbour_is_new(&now.all.items[1], &now, &before), "it has not");
	tap_ok(neighbour_is_new(&now.all.items[2], &now, &before), "it was not there");
	now.all.items[1].interface = 4;
	tap_ok(neighbour_is_new(&now.all.items[1], &now, &before), "nor elsewhere");
}

int main(void)
{
	table_test();
	news_test();
	mistakes_test();
	return tap_done();
}

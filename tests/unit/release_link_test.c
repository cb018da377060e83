/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers that come in where anybody on the bridge can send to. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "leases/release_link.h"
#include "tests/unit/tap.h"

static const uint8_t reply_packet[] = {7, 0x12, 0x34, 0x56};

/* Sends it so often, or until the socket is full; how often it did. */
static unsigned int send_many(int fd, const void *packet, size_t size, unsigned int count)
{
	unsigned int sent = 0;

	while (sent < count && send(fd, packet, size, MSG_DONTWAIT) == (ssize_t)size)
		sent++;
	return sent;
}

static unsigned int left_count(int fd)
{
	unsigned int left = 0;
	char packet[8];

	while (recv(fd, packet, sizeof(packet), MSG_DONTWAIT) > 0)
		left++;
	return left;
}

static void a_flood_ends(struct release_link *link, int sender)
{
	struct release_reply reply;
	unsigned int sent = send_many(sender, "junk", 4, RELEASE_LINK_PACKETS_MAX + 10);

	if (!tap_number(sent, RELEASE_LINK_PACKETS_MAX + 10, "somebody sends much"))
		return;
	tap_ok(!release_link_receive(link, &reply), "which is no answer");
	tap_number(left_count(link->v6_fd), 10, "and is not waited for to end");
}

static void answers_are_found(struct release_link *link, int sender)
{
	struct release_reply reply = {0};

	send_many(sender, "junk", 4, 3);
	send_many(sender, reply_packet, sizeof(reply_packet), 1);
	tap_ok(release_link_receive(link, &reply), "an answer behind other packets");
	tap_number(reply.transaction, 0x123456, "is taken");
	tap_ok(!release_link_receive(link, &reply), "and that is all");
}

int main(void)
{
	struct release_link link = {.v4_fd = -1, .v6_fd = -1};
	struct release_reply reply;
	int ends[2];

	tap_ok(!release_link_receive(&link, &reply), "nobody has sent anything");
	if (!tap_ok(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0,
		    "two ends"))
		return tap_done();
	link.v6_fd = ends[0];
	answers_are_found(&link, ends[1]);
	a_flood_ends(&link, ends[1]);
	close(ends[1]);
	release_link_close(&link);
	return tap_done();
}

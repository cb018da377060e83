/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets of connections: those that were opened in between, as long as they are. */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/in_flight.h"
#include "common/virt.h"
#include "common/virt_open.h"
#include "common/virt_socket.h"
#include "tests/unit/tap.h"

/* Connections are only compared. */
static char names[3];

static virConnectPtr name(size_t i)
{
	return (virConnectPtr)(void *)&names[i];
}

static bool is_shut(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) == 0;
}

static void pairs(void)
{
	int early[2], first[2], second[2], other[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, early);
	virt_sockets_begin();
	socketpair(AF_UNIX, SOCK_STREAM, 0, first);
	virt_sockets_keep(name(0));
	virt_sockets_begin();
	socketpair(AF_UNIX, SOCK_STREAM, 0, second);
	virt_sockets_keep(name(1));
	tap_ok(virt_sockets_are_known(name(0)) && virt_sockets_are_known(name(1)) &&
		       !virt_sockets_are_known(name(2)) && !virt_sockets_are_known(NULL),
	       "the sockets of two connections are known");
	virt_sockets_shut(name(0));
	tap_ok(is_shut(first[1]), "one is shut down");
	tap_ok(!is_shut(second[1]) && !is_shut(early[1]), "and no other");
	close(second[0]);
	close(second[1]);
	tap_ok(!virt_sockets_are_known(name(1)), "one that was closed is not known");
	socketpair(AF_UNIX, SOCK_STREAM, 0, other);
	virt_sockets_shut(name(1));
	tap_ok(!is_shut(other[1]), "another one that has its number is not touched");
}

static void connected(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0far-test"};
	socklen_t length = sizeof(address.sun_family) + sizeof("\0far-test") - 1;
	int listener = socket(AF_UNIX, SOCK_STREAM, 0), client, server;

	address.sun_path[sizeof("\0far-test") - 1] = (char)('a' + getpid() % 26);
	length++;
	client = socket(AF_UNIX, SOCK_STREAM, 0);
	virt_sockets_begin();
	tap_ok(connect(client, (struct sockaddr *)&address, length) < 0,
	       "nobody listens yet");
	virt_sockets_keep(name(0));
	tap_ok(!virt_sockets_are_known(name(0)), "what was not connected is not known");
	bind(listener, (struct sockaddr *)&address, length);
	listen(listener, 1);
	virt_sockets_begin();
	tap_ok(connect(client, (struct sockaddr *)&address, length) == 0, "connected");
	virt_sockets_keep(name(0));
	server = accept(listener, NULL, NULL);
	virt_sockets_shut(name(0));
	tap_ok(server >= 0 && is_shut(server), "and shut down");
}

static void call(void *data, size_t i)
{
	size_t *next = data;

	*next = *next == i ? i + 1 : SIZE_MAX;
}

/* libvirt's test driver has no socket. */
static void unknown(void)
{
	CLEANUP(virConnectClose_ptr)
	virConnectPtr connection = virt_open_bare("test:///default", false, NULL);
	struct in_flight flight = in_flight_start(connection);
	size_t next = 0;

	tap_ok(flight.is_over, "without a known socket nothing is in flight");
	in_flight(&flight, 10, call, &next);
	tap_number(next, 10, "and each call is made after the other");
}

int main(void)
{
	pairs();
	connected();
	unknown();
	return tap_done();
}

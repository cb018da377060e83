/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sends releases from this host to the dnsmasq on a bridge. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/cleanup.h"
#include "leases/release_link.h"

enum {
	DHCP4_SERVER_PORT = 67,
	DHCP6_CLIENT_PORT = 546,
	DHCP6_SERVER_PORT = 547,
};

DEFINE_CLEANUP(struct ifaddrs *, freeifaddrs)

static unsigned int mask_bits(struct in_addr mask)
{
	return (unsigned int)__builtin_popcount(mask.s_addr);
}

static int addresses_read(struct release_link *link, struct error *error)
{
	CLEANUP(freeifaddrs_ptr) struct ifaddrs *all = NULL;

	if (getifaddrs(&all) < 0)
		return error_errno(error, "can't ask for addresses");
	for (struct ifaddrs *at = all; at; at = at->ifa_next) {
		const struct sockaddr_in *own = (const void *)at->ifa_addr;
		const struct sockaddr_in *mask = (const void *)at->ifa_netmask;
		struct bridge_address *address;

		if (!own || !mask || own->sin_family != AF_INET ||
		    strcmp(at->ifa_name, link->bridge))
			continue;
		address = array_add(&link->addresses);
		address->address.family = AF_INET;
		address->address.v4 = own->sin_addr;
		address->prefix = mask_bits(mask->sin_addr);
	}
	return 0;
}

int release_link_open(struct release_link *link, const char *bridge, struct error *error)
{
	size_t length = strlen(bridge);

	*link = (struct release_link){.v4_fd = -1, .v6_fd = -1};
	link->index = length < sizeof(link->bridge) ? if_nametoindex(bridge) : 0;
	if (!link->index)
		return error_set(error, "bridge %s is not there", bridge);
	memcpy(link->bridge, bridge, length + 1);
	if (addresses_read(link, error) < 0) {
		release_link_close(link);
		return -1;
	}
	return 0;
}

void release_link_close(struct release_link *link)
{
	if (!link)
		return;
	free(link->addresses.items);
	close_fd(&link->v4_fd);
	close_fd(&link->v6_fd);
	*link = (struct release_link){.v4_fd = -1, .v6_fd = -1};
}

static int socket_open(const struct release_link *link, int family, struct error *error)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return error_errno(error, "socket");
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, link->bridge,
		       (socklen_t)strlen(link->bridge)) < 0) {
		error_errno(error, "socket on %s", link->bridge);
		close(fd);
		return -1;
	}
	return fd;
}

static int packet_send(int fd, const void *address, socklen_t address_size,
		       const uint8_t *packet, size_t size, struct error *error)
{
	if (sendto(fd, packet, size, MSG_DONTWAIT | MSG_NOSIGNAL, address, address_size) <
	    0)
		return error_errno(error, "can't send");
	return 0;
}

/* dnsmasq uses the first address of the bridge in the lease's subnet as its own. */
static const struct bridge_address *server_find(const struct release_link *link,
						const struct lease_address *address)
{
	array_foreach(own, &link->addresses) {
		if (lease_address_shares(&own->address, address, own->prefix))
			return own;
	}
	return NULL;
}

static int v4_send(struct release_link *link, const struct lease *lease,
		   uint32_t transaction, struct error *error)
{
	const struct bridge_address *server = server_find(link, &lease->address);
	uint8_t packet[RELEASE_PACKET_MAX];
	size_t size;

	if (!server)
		return error_set(error, "%s has no address in its subnet", link->bridge);
	if (release_packet_build(lease, server->address.v4, transaction, packet, &size,
				 error) < 0)
		return -1;
	if (link->v4_fd < 0 && (link->v4_fd = socket_open(link, AF_INET, error)) < 0)
		return -1;
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(DHCP4_SERVER_PORT),
		.sin_addr = server->address.v4,
	};

	return packet_send(link->v4_fd, &to, sizeof(to), packet, size, error);
}

/*
 * dnsmasq replies to the client's port. If another program uses that port, there is no
 * reply, and the release is still confirmed by the lease file.
 */
static int v6_open(const struct release_link *link, struct error *error)
{
	struct sockaddr_in6 own = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(DHCP6_CLIENT_PORT),
	};
	int fd = socket_open(link, AF_INET6, error);
	int on = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	(void)!bind(fd, (const struct sockaddr *)&own, sizeof(own));
	return fd;
}

static int v6_send(struct release_link *link, const struct lease *lease,
		   uint32_t transaction, struct error *error)
{
	struct sockaddr_in6 to = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(DHCP6_SERVER_PORT),
		.sin6_scope_id = link->index,
	};
	uint8_t packet[RELEASE_PACKET_MAX];
	size_t size;

	inet_pton(AF_INET6, "ff02::1:2", &to.sin6_addr);
	if (release_packet_build(lease, (struct in_addr){0}, transaction, packet, &size,
				 error) < 0)
		return -1;
	if (link->v6_fd < 0 && (link->v6_fd = v6_open(link, error)) < 0)
		return -1;
	return packet_send(link->v6_fd, &to, sizeof(to), packet, size, error);
}

int release_link_send(struct release_link *link, const struct lease *lease,
		      uint32_t transaction, struct error *error)
{
	return (lease->address.family == AF_INET ? v4_send : v6_send)(link, lease,
								      transaction, error);
}

bool release_link_receive(struct release_link *link, struct release_reply *reply)
{
	uint8_t packet[2048];
	ssize_t size;

	if (link->v6_fd < 0)
		return false;
	for (unsigned int i = 0; i < RELEASE_LINK_PACKETS_MAX; i++) {
		size = recv(link->v6_fd, packet, sizeof(packet), MSG_DONTWAIT);
		if (size < 0)
			break;
		if (release_reply_parse(packet, (size_t)size, reply) == 0)
			return true;
	}
	return false;
}

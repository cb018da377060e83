/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes interfaces, addresses and routes of a network namespace. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provision/doctor/link_request.h"

enum { REQUEST_MAX = 512, REPLY_MAX = 4096 };

/* A request that is built. */
struct request {
	union {
		struct nlmsghdr head;
		char bytes[REQUEST_MAX];
	};
};

int link_socket(struct error *error)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	return fd < 0 ? error_errno(error, "rtnetlink") : fd;
}

/* The requests below are far smaller than REQUEST_MAX. */
static void *append(struct request *request, const void *data, size_t size)
{
	char *at = request->bytes + NLMSG_ALIGN(request->head.nlmsg_len);

	memcpy(at, data, size);
	request->head.nlmsg_len = NLMSG_ALIGN(request->head.nlmsg_len) + (uint32_t)size;
	return at;
}

static void request_begin(struct request *request, unsigned int type, unsigned int flags,
			  const void *body, size_t size)
{
	memset(request, 0, sizeof(*request));
	request->head = (struct nlmsghdr){
		.nlmsg_len = sizeof(request->head),
		.nlmsg_type = (uint16_t)type,
		.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags),
	};
	append(request, body, size);
}

static struct rtattr *attribute_begin(struct request *request, unsigned int type)
{
	const struct rtattr head = {.rta_len = sizeof(head),
				    .rta_type = (unsigned short)type};

	return append(request, &head, sizeof(head));
}

static void attribute_end(struct request *request, struct rtattr *attribute)
{
	attribute->rta_len = (unsigned short)(request->bytes + request->head.nlmsg_len -
					      (char *)attribute);
}

static void attribute_add(struct request *request, unsigned int type, const void *value,
			  size_t size)
{
	struct rtattr *attribute = attribute_begin(request, type);

	append(request, value, size);
	attribute_end(request, attribute);
}

/* Waits for the kernel's confirmation. */
static int request_send(int fd, struct request *request, const char *what,
			struct error *error)
{
	union {
		struct nlmsghdr head;
		char bytes[REPLY_MAX];
	} reply;
	struct nlmsgerr result;
	ssize_t size;

	if (send(fd, request->bytes, request->head.nlmsg_len, 0) < 0)
		return error_errno(error, "%s", what);
	do {
		size = recv(fd, reply.bytes, sizeof(reply.bytes), 0);
	} while (size < 0 && errno == EINTR);
	if (size < (ssize_t)(NLMSG_LENGTH(sizeof(result))) ||
	    reply.head.nlmsg_type != NLMSG_ERROR)
		return error_set(error, "%s: the kernel's reply is not understood", what);
	memcpy(&result, NLMSG_DATA(&reply.head), sizeof(result));
	errno = -result.error;
	return result.error ? error_errno(error, "%s", what) : 0;
}

int link_pair_create(int fd, const char *name, const char *peer, int peer_namespace,
		     struct error *error)
{
	const struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
	struct rtattr *info, *data, *other;
	struct request request;

	request_begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &body,
		      sizeof(body));
	attribute_add(&request, IFLA_IFNAME, name, strlen(name) + 1);
	info = attribute_begin(&request, IFLA_LINKINFO);
	attribute_add(&request, IFLA_INFO_KIND, "veth", strlen("veth"));
	data = attribute_begin(&request, IFLA_INFO_DATA);
	other = attribute_begin(&request, VETH_INFO_PEER);
	append(&request, &body, sizeof(body));
	attribute_add(&request, IFLA_IFNAME, peer, strlen(peer) + 1);
	attribute_add(&request, IFLA_NET_NS_FD, &peer_namespace, sizeof(peer_namespace));
	attribute_end(&request, other);
	attribute_end(&request, data);
	attribute_end(&request, info);
	return request_send(fd, &request, "an interface for the probe", error);
}

int link_without_ipv6(int fd, const char *name, struct error *error)
{
	const struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
	const uint8_t mode = IN6_ADDR_GEN_MODE_NONE;
	struct rtattr *families, *ipv6;
	struct request request;

	request_begin(&request, RTM_NEWLINK, 0, &body, sizeof(body));
	attribute_add(&request, IFLA_IFNAME, name, strlen(name) + 1);
	families = attribute_begin(&request, IFLA_AF_SPEC);
	ipv6 = attribute_begin(&request, AF_INET6);
	attribute_add(&request, IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof(mode));
	attribute_end(&request, ipv6);
	attribute_end(&request, families);
	return request_send(fd, &request, name, error);
}

int link_up(int fd, const char *name, unsigned int bridge, struct error *error)
{
	const struct ifinfomsg body = {
		.ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
	struct request request;

	request_begin(&request, RTM_NEWLINK, 0, &body, sizeof(body));
	attribute_add(&request, IFLA_IFNAME, name, strlen(name) + 1);
	if (bridge)
		attribute_add(&request, IFLA_MASTER, &bridge, sizeof(bridge));
	return request_send(fd, &request, name, error);
}

int link_remove(int fd, const char *name, struct error *error)
{
	const struct ifinfomsg body = {.ifi_family = AF_UNSPEC};
	struct request request;

	request_begin(&request, RTM_DELLINK, 0, &body, sizeof(body));
	attribute_add(&request, IFLA_IFNAME, name, strlen(name) + 1);
	return request_send(fd, &request, name, error);
}

int link_forget_neighbour(int fd, unsigned int interface, struct in_addr address,
			  struct error *error)
{
	const struct ndmsg body = {.ndm_family = AF_INET, .ndm_ifindex = (int)interface};
	struct request request;

	request_begin(&request, RTM_DELNEIGH, 0, &body, sizeof(body));
	attribute_add(&request, NDA_DST, &address, sizeof(address));
	return request_send(fd, &request, "a neighbour", error);
}

int link_add_address(int fd, unsigned int interface, struct in_addr address,
		     unsigned int prefix, struct error *error)
{
	const struct ifaddrmsg body = {.ifa_family = AF_INET,
				       .ifa_prefixlen = (uint8_t)prefix,
				       .ifa_index = interface};
	struct request request;

	request_begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &body,
		      sizeof(body));
	attribute_add(&request, IFA_LOCAL, &address, sizeof(address));
	attribute_add(&request, IFA_ADDRESS, &address, sizeof(address));
	return request_send(fd, &request, "the offered address", error);
}

int link_add_route(int fd, unsigned int interface, struct in_addr gateway,
		   struct error *error)
{
	const struct rtmsg body = {.rtm_family = AF_INET,
				   .rtm_table = RT_TABLE_MAIN,
				   .rtm_protocol = RTPROT_BOOT,
				   .rtm_scope = RT_SCOPE_UNIVERSE,
				   .rtm_type = RTN_UNICAST};
	struct request request;

	request_begin(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &body,
		      sizeof(body));
	attribute_add(&request, RTA_GATEWAY, &gateway, sizeof(gateway));
	attribute_add(&request, RTA_OIF, &interface, sizeof(interface));
	return request_send(fd, &request, "the offered route", error);
}

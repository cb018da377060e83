/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changes interfaces, addresses and routes of a network namespace. */
#ifndef PROVISION_DOCTOR_LINK_REQUEST_H
#define PROVISION_DOCTOR_LINK_REQUEST_H

#include <netinet/in.h>
#include <stddef.h>

#include "common/error.h"

/*
 * A socket for these requests (rtnetlink(7)), which are carried out in the network
 * namespace that the calling thread has now, even if it has another one later. -1 on
 * failure; the caller closes it.
 */
int link_socket(struct error *error);

/* Creates a pair of interfaces (veth(4)): `name`, and its peer in the network namespace
 * of the file descriptor `peer_namespace`, where it has to be free. */
int link_pair_create(int fd, const char *name, const char *peer, int peer_namespace,
		     struct error *error);

/* Keeps an interface that is off from having IPv6 addresses of its own, by which others
 * would learn of it. */
int link_without_ipv6(int fd, const char *name, struct error *error);

/* Turns the interface on; as a port of the bridge with that index, unless it is 0. */
int link_up(int fd, const char *name, unsigned int bridge, struct error *error);

/* Removes it, and its peer. */
int link_remove(int fd, const char *name, struct error *error);

/* Has the kernel forget who has an IPv4 address on an interface; what it does not know is
 * an error. */
int link_forget_neighbour(int fd, unsigned int interface, struct in_addr address,
			  struct error *error);

/* Gives it an IPv4 address. */
int link_add_address(int fd, unsigned int interface, struct in_addr address,
		     unsigned int prefix, struct error *error);

/* Adds a default route of IPv4. */
int link_add_route(int fd, unsigned int interface, struct in_addr gateway,
		   struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tries what a new guest on a bridge of this machine would do: asks for an address, and
 * pings. */
#ifndef PROVISION_DOCTOR_BRIDGE_PROBE_H
#define PROVISION_DOCTOR_BRIDGE_PROBE_H

#include <netinet/in.h>
#include <stdbool.h>

#include "common/error.h"
#include "provision/doctor/dhcp_message.h"

struct bridge_probe {
	bool has_offer;	       /* a DHCP server answered */
	unsigned int waited_s; /* for that */
	struct dhcp_offer offer;
	struct in_addr neighbour; /* pinged: the router, else the DHCP server */
	bool neighbour_replies;
	bool outside_was_tried; /* this machine itself gets replies from there */
	bool outside_replies;
};

/*
 * Creates a network namespace whose only interface is a port of the bridge, sends
 * DHCPDISCOVER there, and with the address that is offered pings the router, the DHCP
 * server, and `outside` (NULL: nothing more). No lease is taken. The namespace belongs to
 * a thread of this process: with that, however it ends, the kernel removes it and the
 * port. Needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW. Fails if it can't be tried.
 */
int bridge_probe_run(const char *bridge, const struct in_addr *outside,
		     struct bridge_probe *probe, struct error *error);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The default route of this machine. */
#ifndef PROVISION_DOCTOR_DEFAULT_ROUTE_H
#define PROVISION_DOCTOR_DEFAULT_ROUTE_H

#include <net/if.h>

#include "leases/lease.h"

struct default_route {
	char interface[IF_NAMESIZE];
	struct lease_address gateway; /* AF_UNSPEC: the other end of the interface */
};

/*
 * Reads the default route of IPv4 from the text of /proc/net/route, or that of IPv6 from
 * /proc/net/ipv6_route (Documentation/networking/proc_net in Linux); the first of
 * several. -1 if there is none, or the text is not such a table.
 */
int default_route_parse(const char *text, struct default_route *route);
int default_route_parse6(const char *text, struct default_route *route);

#endif

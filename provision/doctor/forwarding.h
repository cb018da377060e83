/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whether the hypervisor lets the packets of guests through, on facts that were
 * read before. */
#ifndef PROVISION_DOCTOR_FORWARDING_H
#define PROVISION_DOCTOR_FORWARDING_H

#include <stdbool.h>

#include "leases/net.h"
#include "provision/doctor/default_route.h"
#include "provision/doctor/doctor.h"
#include "provision/doctor/firewall.h"

/* What libvirt does with packets that leave the network. */
enum forwarding_way {
	FORWARDING_NONE,    /* nothing: it is isolated, or has no bridge of the host */
	FORWARDING_ROUTED,  /* nat, route, open */
	FORWARDING_BRIDGED, /* they are on a bridge with others */
};

/* What this machine does with packets of one family. */
struct forwarding_family {
	bool is_off;	  /* the kernel forwards none */
	bool is_filtered; /* what a bridge forwards goes through the packet filter */
	struct default_route route; /* no interface: there is none */
};

/* The texts that it owns are freed by forwarding_free(). */
struct forwarding {
	const struct net *net; /* borrowed */
	struct forwarding_family ipv4, ipv6;
	struct firewall firewall;
	bool firewall_is_known;
	char *zone; /* of firewalld, that the bridge is in; "" for none; NULL: it does not
		       run */
};

/* Something that keeps packets from their way. */
struct forwarding_problem {
	enum doctor_kind kind;
	char *detail, *advice; /* owned */
	bool stops_dhcp, stops_others;
};

struct forwarding_problems {
	struct forwarding_problem *items;
	size_t count, capacity;
};

void forwarding_free(struct forwarding *facts);
enum forwarding_way forwarding_way(const struct net *net);

/* Finds what keeps requests from the DHCP server, or other packets from leaving the
 * network. The report is only needed for its URI. */
void forwarding_problems_find(const struct forwarding *facts,
			      const struct doctor_report *report,
			      struct forwarding_problems *problems);
void forwarding_problems_free(struct forwarding_problems *problems);

/* Adds the problems, or that there is none. */
void doctor_check_forwarding(struct doctor_report *report, const struct forwarding *facts,
			     const struct forwarding_problems *problems);

#endif

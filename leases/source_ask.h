/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the sources that know one machine: guest agent, ARP table, script. */
#ifndef LEASES_SOURCE_ASK_H
#define LEASES_SOURCE_ASK_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"
#include "leases/lease.h"
#include "leases/machine_nics.h"
#include "leases/neighbours.h"
#include "leases/source_order.h"

/* The reply of a source that has no address. */
struct source_reply {
	enum lease_source source;
	char *text;	 /* owned */
	bool is_unasked; /* the hypervisor did not answer, so that nothing is known */
};

struct source_replies {
	struct source_reply *items;
	size_t count;
	size_t capacity;
};

void source_replies_free(struct source_replies *replies);

/* Appends one. */
void source_reply_add(struct source_replies *replies, enum lease_source source,
		      const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Writes "lease: none; agent: not connected". */
void source_replies_format(const struct source_replies *replies, struct buf *text);

/* About which machine is asked, and how. Everything is borrowed. */
struct source_query {
	const struct machine *machine;
	const struct source_order *order; /* no other source is asked */
	virDomainPtr domain; /* NULL: it does not run, or libvirt can't be asked */
	/* The domain's leases as well: the driver has none by network. */
	bool leases_too;
	/* Of this host, if that is the hypervisor; read when first needed. NULL: it is
	 * another. */
	struct neighbour_list *neighbours;
	/* What that was before the guest was started: only what is new since counts. */
	const struct neighbour_list *before; /* NULL: everything counts */
	const char *script;		     /* NULL: none */
};

/*
 * Asks the guest agent, the hypervisor's ARP table (on this host also that of neighbours
 * by IPv6) and the script for the addresses of the machine's NICs. Appends the addresses
 * to `found`, with machine, network and bridge, and for each source without one its
 * reply.
 */
void sources_ask(const struct source_query *query, struct lease_list *found,
		 struct source_replies *replies);

#endif

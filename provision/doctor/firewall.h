/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of a packet filter, as far as they decide about a bridge, and what becomes of
 * a packet there. */
#ifndef PROVISION_DOCTOR_FIREWALL_H
#define PROVISION_DOCTOR_FIREWALL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/mem.h"
#include "leases/address_filter.h"

enum firewall_hook { FIREWALL_NO_HOOK, FIREWALL_INPUT, FIREWALL_FORWARD };

enum firewall_verdict {
	FIREWALL_OTHER, /* the next rule decides */
	FIREWALL_ACCEPT,
	FIREWALL_DROP, /* or reject */
	FIREWALL_JUMP,
	FIREWALL_GOTO,
	FIREWALL_RETURN,
};

/* The interfaces that a rule is limited to. */
struct firewall_match {
	ARRAY(char *) names; /* with a trailing "*" for all that begin so; empty: any */
	bool is_not;
};

struct firewall_rule {
	struct firewall_match in, out;
	ARRAY(struct address_block) sources; /* empty: any */
	bool is_for_replies;		     /* only packets of known connections */
	bool is_for_bridged;		     /* only what a bridge forwards */
	bool is_for_dhcp;		     /* it names the port of DHCP servers */
	bool is_conditional;		     /* it has other conditions */
	enum firewall_verdict verdict;
	char *target; /* the chain of FIREWALL_JUMP and FIREWALL_GOTO */
};

struct firewall_chain {
	char *table; /* with its family, as "ip filter" */
	char *name;
	enum firewall_hook hook;
	bool drops; /* what no rule decides about */
	ARRAY(struct firewall_rule) rules;
};

struct firewall {
	ARRAY(struct firewall_chain) chains;
	size_t recent;	 /* index of the chain that was added or found last */
	bool has_docker; /* a chain is called DOCKER-USER */
};

void firewall_free(struct firewall *firewall);

/* Adds an empty chain, or finds it; valid until the next is added. */
struct firewall_chain *firewall_chain_add(struct firewall *firewall, const char *table,
					  const char *name);

/* Removes the chains of a table, since another reader knows more about it. Whether it had
 * any. */
bool firewall_table_remove(struct firewall *firewall, const char *table);

/* Frees what a rule owns. */
void firewall_rule_free(struct firewall_rule *rule);

/* The first packet of a connection. */
struct firewall_packet {
	enum firewall_hook hook;
	const char *in, *out;	     /* interfaces; NULL: not known */
	struct address_block source; /* the subnet that it comes from */
	sa_family_t family;
	bool is_bridged; /* by a bridge, not routed */
	bool is_dhcp;	 /* for the DHCP server of this machine */
};

/*
 * The base chain that drops the packet, by its policy or a rule; NULL if none does. A
 * rule with conditions that can't be judged counts as one that accepts if it names the
 * packet's interface or source, and as none otherwise. Nothing is dropped if chains call
 * each other in a circle.
 */
const struct firewall_chain *firewall_drops(const struct firewall *firewall,
					    const struct firewall_packet *packet);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of a packet filter, as far as they decide about a bridge, and what becomes of
 * a packet there. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "provision/doctor/firewall.h"

/* Chains in chains, as in the kernel; and rules in all, as hostile rules could have more
 * ways through them than there is time. */
enum { DEPTH_MAX = 16, STEPS_MAX = 100 * 1000 };

static void match_free(struct firewall_match *match)
{
	array_foreach(name, &match->names)
		free(*name);
	free(match->names.items);
}

void firewall_rule_free(struct firewall_rule *rule)
{
	match_free(&rule->in);
	match_free(&rule->out);
	free(rule->sources.items);
	free(rule->target);
	*rule = (struct firewall_rule){0};
}

static void chain_free(struct firewall_chain *chain)
{
	array_foreach(rule, &chain->rules)
		firewall_rule_free(rule);
	free(chain->rules.items);
	free(chain->table);
	free(chain->name);
}

void firewall_free(struct firewall *firewall)
{
	if (!firewall)
		return;
	array_foreach(chain, &firewall->chains)
		chain_free(chain);
	free(firewall->chains.items);
	*firewall = (struct firewall){0};
}

bool firewall_table_remove(struct firewall *firewall, const char *table)
{
	size_t kept = 0, before = firewall->chains.count;

	array_foreach(chain, &firewall->chains) {
		if (strcmp(chain->table, table))
			firewall->chains.items[kept++] = *chain;
		else
			chain_free(chain);
	}
	firewall->chains.count = kept;
	return kept < before;
}

static bool chain_is(const struct firewall_chain *chain, const char *table,
		     const char *name)
{
	return !strcmp(chain->name, name) && !strcmp(chain->table, table);
}

static const struct firewall_chain *chain_find(const struct firewall *firewall,
					       const char *table, const char *name)
{
	array_foreach(chain, &firewall->chains) {
		if (chain_is(chain, table, name))
			return chain;
	}
	return NULL;
}

struct firewall_chain *firewall_chain_add(struct firewall *firewall, const char *table,
					  const char *name)
{
	const struct firewall_chain *found;
	struct firewall_chain *chain;

	/* The rules of a chain come one after the other. */
	if (firewall->recent < firewall->chains.count &&
	    chain_is(&firewall->chains.items[firewall->recent], table, name))
		return &firewall->chains.items[firewall->recent];
	found = chain_find(firewall, table, name);
	firewall->recent = found ? (size_t)(found - firewall->chains.items)
				 : firewall->chains.count;
	if (found)
		return &firewall->chains.items[firewall->recent];
	chain = array_add(&firewall->chains);
	chain->table = mem_string(table);
	chain->name = mem_string(name);
	firewall->has_docker |= !strcmp(name, "DOCKER-USER");
	return chain;
}

/* A packet on its way. */
struct walk {
	const struct firewall *firewall;
	const struct firewall_packet *packet;
	unsigned int steps;
};

enum fate { FATE_OPEN, FATE_ACCEPTED, FATE_DROPPED };

static bool name_matches(const char *pattern, const char *name)
{
	size_t size = strlen(pattern);

	if (size && pattern[size - 1] == '*')
		return !strncmp(pattern, name, size - 1);
	return !strcmp(pattern, name);
}

static bool names(const struct firewall_match *match, const char *name)
{
	array_foreach(pattern, &match->names) {
		if (name && name_matches(*pattern, name))
			return true;
	}
	return false;
}

/* An interface that is not known is none that a rule names. */
static bool interface_matches(const struct firewall_match *match, const char *name)
{
	return !match->names.count || names(match, name) != match->is_not;
}

static bool source_matches(const struct firewall_rule *rule,
			   const struct address_block *source)
{
	array_foreach(block, &rule->sources) {
		unsigned int prefix = block->prefix < source->prefix ? block->prefix
								     : source->prefix;

		if (lease_address_shares(&block->address, &source->address, prefix))
			return true;
	}
	return !rule->sources.count;
}

/* Whether its other conditions may be met by the packet, as far as it is worth something
 * to believe that. */
static bool may_match(const struct firewall_rule *rule,
		      const struct firewall_packet *packet)
{
	if (rule->verdict == FIREWALL_DROP)
		return false;
	if (packet->is_dhcp)
		return rule->is_for_dhcp;
	return rule->sources.count || (!rule->in.is_not && names(&rule->in, packet->in));
}

static bool rule_matches(const struct firewall_rule *rule,
			 const struct firewall_packet *packet)
{
	if (!interface_matches(&rule->in, packet->in) ||
	    !interface_matches(&rule->out, packet->out) ||
	    !source_matches(rule, &packet->source) || rule->is_for_replies ||
	    (rule->is_for_bridged && !packet->is_bridged))
		return false;
	return !rule->is_conditional || may_match(rule, packet);
}

static enum fate chain_walk(struct walk *walk, const struct firewall_chain *chain,
			    unsigned int depth);

/* What a jump leads to; an unknown chain decides nothing. */
static enum fate target_walk(struct walk *walk, const struct firewall_chain *chain,
			     const struct firewall_rule *rule, unsigned int depth)
{
	const struct firewall_chain *target =
		rule->target ? chain_find(walk->firewall, chain->table, rule->target)
			     : NULL;

	if (depth >= DEPTH_MAX)
		return FATE_ACCEPTED;
	return target ? chain_walk(walk, target, depth + 1) : FATE_OPEN;
}

static enum fate chain_walk(struct walk *walk, const struct firewall_chain *chain,
			    unsigned int depth)
{
	array_foreach(rule, &chain->rules) {
		enum fate fate = FATE_OPEN;

		if (walk->steps++ >= STEPS_MAX)
			return FATE_ACCEPTED;
		if (!rule_matches(rule, walk->packet))
			continue;
		if (rule->verdict == FIREWALL_ACCEPT)
			return FATE_ACCEPTED;
		if (rule->verdict == FIREWALL_DROP)
			return FATE_DROPPED;
		if (rule->verdict == FIREWALL_RETURN)
			return FATE_OPEN;
		if (rule->target)
			fate = target_walk(walk, chain, rule, depth);
		if (fate != FATE_OPEN || rule->verdict == FIREWALL_GOTO)
			return fate;
	}
	return FATE_OPEN;
}

static bool is_of_family(const char *table, sa_family_t family)
{
	return !strncmp(table, "inet ", 5) ||
	       !strncmp(table, family == AF_INET ? "ip " : "ip6 ",
			family == AF_INET ? 3 : 4);
}

const struct firewall_chain *firewall_drops(const struct firewall *firewall,
					    const struct firewall_packet *packet)
{
	array_foreach(chain, &firewall->chains) {
		struct walk walk = {.firewall = firewall, .packet = packet};
		enum fate fate;

		if (chain->hook != packet->hook ||
		    !is_of_family(chain->table, packet->family))
			continue;
		fate = chain_walk(&walk, chain, 0);
		if (fate == FATE_DROPPED || (fate == FATE_OPEN && chain->drops))
			return chain;
	}
	return NULL;
}

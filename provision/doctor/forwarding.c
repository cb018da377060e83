/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks whether the hypervisor lets the packets of guests through, on facts that were
 * read before. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "provision/doctor/forwarding.h"

void forwarding_free(struct forwarding *facts)
{
	if (!facts)
		return;
	firewall_free(&facts->firewall);
	free(facts->zone);
	*facts = (struct forwarding){0};
}

void forwarding_problems_free(struct forwarding_problems *problems)
{
	if (!problems)
		return;
	array_foreach(problem, problems) {
		free(problem->detail);
		free(problem->advice);
	}
	free(problems->items);
	*problems = (struct forwarding_problems){0};
}

enum forwarding_way forwarding_way(const struct net *net)
{
	static const char *const routed[] = {"nat", "route", "open"};

	if (!net->bridge || !net->forward)
		return FORWARDING_NONE;
	for (size_t i = 0; i < ARRAY_LENGTH(routed); i++) {
		if (!strcmp(net->forward, routed[i]))
			return FORWARDING_ROUTED;
	}
	return strcmp(net->forward, "bridge") ? FORWARDING_NONE : FORWARDING_BRIDGED;
}

/* Facts, and where problems go. */
struct finder {
	const struct forwarding *facts;
	const struct doctor_report *report;
	struct forwarding_problems *problems;
};

static struct forwarding_problem *problem_add(const struct finder *finder,
					      enum doctor_kind kind, const char *name,
					      const char *path, char *detail)
{
	struct forwarding_problem *problem = array_add(finder->problems);

	problem->kind = kind;
	problem->detail = detail;
	problem->advice = doctor_advice(finder->report, kind, name, path);
	return problem;
}

static const struct net_subnet *subnet_find(const struct net *net, sa_family_t family)
{
	array_foreach(subnet, &net->subnets) {
		if (subnet->gateway.family == family)
			return subnet;
	}
	return NULL;
}

static const struct forwarding_family *family_facts(const struct forwarding *facts,
						    sa_family_t family)
{
	return family == AF_INET ? &facts->ipv4 : &facts->ipv6;
}

static const char *iptables_of(sa_family_t family)
{
	return family == AF_INET ? "iptables" : "ip6tables";
}

/* By whose rules a chain drops. */
enum owner { OWNER_DOCKER, OWNER_IPTABLES, OWNER_FIREWALLD, OWNER_NFT };

static enum owner chain_owner(const struct forwarding *facts,
			      const struct firewall_chain *chain)
{
	bool is_iptables = !strcmp(chain->table, "ip filter") ||
			   !strcmp(chain->table, "ip6 filter");

	if (is_iptables && chain->hook == FIREWALL_FORWARD && facts->firewall.has_docker)
		return OWNER_DOCKER;
	if (is_iptables &&
	    (!strcmp(chain->name, "FORWARD") || !strcmp(chain->name, "INPUT")))
		return OWNER_IPTABLES;
	return strcmp(chain->table, "inet firewalld") ? OWNER_NFT : OWNER_FIREWALLD;
}

static char *chain_text(const struct finder *finder, const struct firewall_chain *chain,
			const char *what)
{
	return mem_format("chain %s of table %s drops %s %s%s", chain->name, chain->table,
			  what, finder->facts->net->bridge,
			  chain_owner(finder->facts, chain) == OWNER_DOCKER
				  ? ", as Docker has set it up"
				  : "");
}

/* A problem with a chain, whose kind depends on whose it is. */
static struct forwarding_problem *chain_add(const struct finder *finder,
					    const struct firewall_chain *chain,
					    const enum doctor_kind kinds[static 4],
					    const char *path, const char *what)
{
	enum owner owner = chain_owner(finder->facts, chain);
	CLEANUP(free_ptr)
	char *place = mem_format("%s %s", chain->table, chain->name);

	return problem_add(finder, kinds[owner], finder->facts->net->bridge,
			   owner == OWNER_NFT && !path ? place : path,
			   chain_text(finder, chain, what));
}

static void routed_check(const struct finder *finder, sa_family_t family)
{
	static const enum doctor_kind kinds[] = {
		[OWNER_DOCKER] = DOCTOR_FORWARD_DOCKER,
		[OWNER_IPTABLES] = DOCTOR_FORWARD_IPTABLES,
		[OWNER_FIREWALLD] = DOCTOR_FORWARD_FIREWALLD,
		[OWNER_NFT] = DOCTOR_FORWARD_NFT,
	};
	const struct forwarding *facts = finder->facts;
	const struct net_subnet *subnet = subnet_find(facts->net, family);
	const struct forwarding_family *own = family_facts(facts, family);
	const char *name = family == AF_INET ? "net.ipv4.ip_forward"
					     : "net.ipv6.conf.all.forwarding";
	struct firewall_packet packet = {.hook = FIREWALL_FORWARD,
					 .in = facts->net->bridge,
					 .out = own->route.interface,
					 .family = family};
	const struct firewall_chain *chain;

	if (!subnet)
		return;
	if (own->is_off)
		problem_add(finder, DOCTOR_FORWARD_OFF, name, name,
			    mem_format("the kernel forwards nothing: %s is 0", name))
			->stops_others = true;
	packet.source = (struct address_block){subnet->gateway, subnet->prefix};
	chain = firewall_drops(&facts->firewall, &packet);
	if (chain)
		chain_add(finder, chain, kinds,
			  chain_owner(facts, chain) == OWNER_NFT ? NULL
								 : iptables_of(family),
			  "what guests send through")
			->stops_others = true;
}

static void bridged_check(const struct finder *finder, sa_family_t family)
{
	static const enum doctor_kind kinds[] = {
		[OWNER_DOCKER] = DOCTOR_BRIDGED_DOCKER,
		[OWNER_IPTABLES] = DOCTOR_BRIDGED_OTHERS,
		[OWNER_FIREWALLD] = DOCTOR_BRIDGED_OTHERS,
		[OWNER_NFT] = DOCTOR_BRIDGED_OTHERS,
	};
	const struct forwarding *facts = finder->facts;
	const char *name = family == AF_INET ? "net.bridge.bridge-nf-call-iptables"
					     : "net.bridge.bridge-nf-call-ip6tables";
	const struct firewall_packet packet = {.hook = FIREWALL_FORWARD,
					       .in = facts->net->bridge,
					       .out = facts->net->bridge,
					       .family = family,
					       .is_bridged = true};
	const struct firewall_chain *chain;
	struct forwarding_problem *problem;

	if (!family_facts(facts, family)->is_filtered)
		return;
	chain = firewall_drops(&facts->firewall, &packet);
	if (!chain)
		return;
	problem = chain_add(
		finder, chain, kinds,
		chain_owner(facts, chain) == OWNER_DOCKER ? iptables_of(family) : name,
		"what is bridged by");
	problem->stops_dhcp = problem->stops_others = family == AF_INET;
}

/* Requests to the DHCP server of libvirt. */
static void input_check(const struct finder *finder, sa_family_t family)
{
	static const enum doctor_kind kinds[] = {
		[OWNER_DOCKER] = DOCTOR_INPUT_IPTABLES,
		[OWNER_IPTABLES] = DOCTOR_INPUT_IPTABLES,
		[OWNER_FIREWALLD] = DOCTOR_FORWARD_FIREWALLD,
		[OWNER_NFT] = DOCTOR_INPUT_NFT,
	};
	const struct forwarding *facts = finder->facts;
	const struct net_subnet *subnet = subnet_find(facts->net, family);
	const struct firewall_packet packet = {.hook = FIREWALL_INPUT,
					       .in = facts->net->bridge,
					       .family = family,
					       .is_dhcp = true};
	const struct firewall_chain *chain = NULL;

	if (subnet && subnet->has_dhcp)
		chain = firewall_drops(&facts->firewall, &packet);
	if (chain)
		chain_add(finder, chain, kinds,
			  chain_owner(facts, chain) == OWNER_NFT ? NULL
								 : iptables_of(family),
			  "DHCP requests from")
			->stops_dhcp = family == AF_INET;
}

/* libvirt puts its bridges into zones of its own, which let DHCP and DNS through; they
 * are gone from there when firewalld has been set up again. */
static void zone_check(const struct finder *finder)
{
	const struct forwarding *facts = finder->facts;
	const char *wanted = facts->net->zone ? facts->net->zone : "libvirt";
	struct forwarding_problem *problem;

	if (!facts->zone || text_equal(facts->zone, wanted) ||
	    (!facts->net->zone &&
	     (!strncmp(facts->zone, "libvirt", 7) || !strcmp(facts->zone, "trusted"))))
		return;
	problem = problem_add(finder, DOCTOR_FIREWALLD_ZONE, facts->net->bridge, wanted,
			      mem_format("firewalld has %s %s%s, not in zone %s",
					 facts->net->bridge,
					 *facts->zone ? "in zone " : "in no zone",
					 facts->zone, wanted));
	problem->stops_dhcp = problem->stops_others = true;
}

void forwarding_problems_find(const struct forwarding *facts,
			      const struct doctor_report *report,
			      struct forwarding_problems *problems)
{
	static const sa_family_t families[] = {AF_INET, AF_INET6};
	const struct finder finder = {facts, report, problems};
	enum forwarding_way way = forwarding_way(facts->net);

	if (!facts->net->bridge)
		return;
	if (way != FORWARDING_BRIDGED)
		zone_check(&finder);
	for (size_t i = 0; i < ARRAY_LENGTH(families); i++) {
		if (way == FORWARDING_BRIDGED)
			bridged_check(&finder, families[i]);
		else
			input_check(&finder, families[i]);
		if (way == FORWARDING_ROUTED)
			routed_check(&finder, families[i]);
	}
}

void doctor_check_forwarding(struct doctor_report *report, const struct forwarding *facts,
			     const struct forwarding_problems *problems)
{
	array_foreach(problem, problems)
		doctor_problem_add(report, problem->kind, mem_string(problem->advice),
				   "%s", problem->detail);
	if (!problems->count && facts->net->bridge && facts->firewall_is_known)
		doctor_ok(report, doctor_kind_check(DOCTOR_FORWARD_OFF),
			  "no rule that drops packets of %s was found",
			  facts->net->bridge);
}

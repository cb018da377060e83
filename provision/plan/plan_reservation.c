/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others have done to a machine's reservation. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "provision/plan/orphan_text.h"
#include "provision/plan/plan_reservation.h"

enum view { VIEW_LIVE, VIEW_CONFIGURED, VIEWS };

struct search {
	const struct change *change;
	const struct metadata_reservation *wanted;
	char address[INET_ADDRSTRLEN]; /* the wanted one */
	bool is_missing[VIEWS];
};

static const struct network_host_list *hosts_of(const struct search *search,
						enum view view)
{
	const struct network *network = &search->change->facts->network;

	return view == VIEW_LIVE ? &network->hosts : &network->configured;
}

/* The machine's own entry, with another address or name. */
static char *changed_text(const struct search *search, const struct network_host *found)
{
	const struct facts *facts = search->change->facts;
	CLEANUP(free_ptr) char *command = orphan_reservation_command(facts, found);
	CLEANUP(buf_free) struct buf text = {0};
	char address[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &found->address, address, sizeof(address));
	buf_format(&text, "network %s reserves %s for it", facts->network.name, address);
	if (found->address.s_addr != search->wanted->ip.s_addr)
		buf_format(&text, ", not %s", search->address);
	else if (found->name)
		buf_format(&text, " as %s, not %s", found->name, search->wanted->name);
	else
		buf_format(&text, " without the name %s", search->wanted->name);
	buf_format(&text, "; to undo that: %s, then apply", command);
	return buf_take(&text);
}

/* Another entry has the address or the name, which a network has only once. */
static char *taken_text(const struct search *search,
			const struct network_host_list *hosts)
{
	const struct facts *facts = search->change->facts;
	const struct network_host *found = network_hosts_by_address(hosts,
								    search->wanted->ip);
	CLEANUP(free_ptr) char *command = NULL;
	char address[INET_ADDRSTRLEN], mac[MAC_TEXT_MAX];
	const char *user;

	if (!found && search->wanted->name)
		found = network_hosts_by_name(hosts, search->wanted->name);
	if (!found)
		return NULL;
	command = orphan_reservation_command(facts, found);
	inet_ntop(AF_INET, &found->address, address, sizeof(address));
	user = found->has_mac ? mac_format(found->mac, mac) : "another entry";
	if (found->address.s_addr != search->wanted->ip.s_addr)
		return mem_format("its name %s is now reserved for %s in network %s; if "
				  "nothing needs that: %s",
				  found->name, address, facts->network.name, command);
	return mem_format("its address %s is now reserved for %s in network %s; if "
			  "nothing needs that: %s",
			  address, found->name ? found->name : user, facts->network.name,
			  command);
}

/* What is wrong in one view, except that the reservation is missing; NULL: nothing. */
static char *view_text(struct search *search, enum view view)
{
	const struct network_host_list *hosts = hosts_of(search, view);
	const struct metadata_reservation *wanted = search->wanted;
	const struct network_host *found = network_hosts_by_mac(hosts, wanted->mac);

	if (!found) {
		search->is_missing[view] = true;
		return taken_text(search, hosts);
	}
	if (found->address.s_addr == wanted->ip.s_addr &&
	    (!wanted->name || text_equal(found->name, wanted->name)))
		return NULL;
	return changed_text(search, found);
}

static char *missing_text(const struct search *search)
{
	const char *where = search->is_missing[VIEW_LIVE]
				    ? "the running network"
				    : "the configuration of network";

	if (search->is_missing[VIEW_LIVE] &&
	    (search->is_missing[VIEW_CONFIGURED] ||
	     !search->change->facts->network.has_configured))
		where = "network";
	return mem_format("the reservation of %s has been removed from %s %s",
			  search->address, where, search->change->facts->network.name);
}

bool plan_reservation_check(const struct change *change, char **text)
{
	const struct network *network = &change->facts->network;
	struct search search = {.change = change,
				.wanted = &change->domain->metadata.reservation};

	*text = NULL;
	if (!search.wanted->network || search.wanted->by_script || !network->name ||
	    strcmp(network->name, search.wanted->network))
		return false;
	inet_ntop(AF_INET, &search.wanted->ip, search.address, sizeof(search.address));
	*text = view_text(&search, VIEW_LIVE);
	if (!*text && network->has_configured)
		*text = view_text(&search, VIEW_CONFIGURED);
	if (*text ||
	    !(search.is_missing[VIEW_LIVE] || search.is_missing[VIEW_CONFIGURED]))
		return false;
	*text = missing_text(&search);
	return true;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An inventory for Ansible, as a file and as an inventory script's output. */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "leases/inventory.h"

/* A group is named like a variable: letters, digits and "_". */
static void group_name(const char *network, struct buf *name)
{
	buf_clear(name);
	buf_add_string(name, "network_");
	for (; *network; network++) {
		unsigned char c = (unsigned char)*network;

		buf_add_char(name, isascii(c) && isalnum(c) ? *network : '_');
	}
}

/* A host in a group, to be sorted by it. */
struct member {
	char *group; /* owned */
	const char *host;
};

struct members {
	struct member *items;
	size_t count;
	size_t capacity;
};

static void members_free(struct members *members)
{
	array_foreach(member, members)
		free(member->group);
	free(members->items);
}

static int member_compare(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = strcmp(x->group, y->group);

	return order ? order : strcmp(x->host, y->host);
}

/* Every host in the group of every network it has an address of; may have doubles. */
static struct members members_make(const struct inventory *inventory)
{
	struct members members = {0};
	CLEANUP(buf_free) struct buf name = {0};

	array_foreach(host, inventory) {
		array_foreach(answer, &host->answers) {
			if (!(*answer)->lease.network)
				continue;
			group_name((*answer)->lease.network, &name);
			*array_add(&members) = (struct member){
				mem_string(buf_text(&name)), host->name};
		}
	}
	if (members.count)
		qsort(members.items, members.count, sizeof(*members.items),
		      member_compare);
	return members;
}

/* What a member begins: a group, a further host of it, or nothing new. */
enum member_kind { GROUP_NEW, HOST_NEW, DOUBLE };

static enum member_kind member_kind(const struct members *members, size_t i)
{
	const struct member *member = &members->items[i];

	if (!i || strcmp(member[-1].group, member->group))
		return GROUP_NEW;
	return strcmp(member[-1].host, member->host) ? HOST_NEW : DOUBLE;
}

void inventory_add_ansible(const struct inventory *inventory, struct buf *text)
{
	CLEANUP(members_free) struct members members = members_make(inventory);
	char address[LEASE_ADDRESS_TEXT_MAX];

	array_foreach(host, inventory)
		buf_format(text, "%s ansible_host=%s\n", host->name,
			   lease_address_format(&host->answers.items[0]->lease.address,
						address));
	for (size_t i = 0; i < members.count; i++) {
		if (member_kind(&members, i) == GROUP_NEW)
			buf_format(text, "\n[%s]\n", members.items[i].group);
		if (member_kind(&members, i) != DOUBLE)
			buf_format(text, "%s\n", members.items[i].host);
	}
}

static void json_add(struct buf *text, const char *string)
{
	text_add_json(text, string, strlen(string));
}

/* ,"NAME":"VALUE"; nothing without a value. */
static void variable_add(struct buf *text, const char *name, const char *value)
{
	if (!value)
		return;
	buf_add_char(text, ',');
	json_add(text, name);
	buf_add_char(text, ':');
	json_add(text, value);
}

static void variables_add(const struct inventory_host *host, struct buf *text)
{
	const struct answer *best = host->answers.items[0];
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];
	const char *separator = "";

	buf_add_string(text, "{\"ansible_host\":");
	json_add(text, lease_address_format(&best->lease.address, address));
	variable_add(text, "vmango_machine", best->lease.machine);
	variable_add(text, "vmango_hostname", best->lease.hostname);
	variable_add(text, "vmango_hwaddr",
		     best->lease.has_mac ? mac_format(best->lease.mac, mac) : NULL);
	variable_add(text, "vmango_network", best->lease.network);
	variable_add(text, "vmango_hypervisor", best->hypervisor);
	buf_add_string(text, ",\"vmango_addresses\":[");
	array_foreach(answer, &host->answers) {
		buf_add_string(text, separator);
		json_add(text, lease_address_format(&(*answer)->lease.address, address));
		separator = ",";
	}
	buf_add_string(text, "]}");
}

static void groups_add(const struct inventory *inventory, struct buf *text)
{
	CLEANUP(members_free) struct members members = members_make(inventory);

	for (size_t i = 0; i < members.count; i++) {
		bool begins = member_kind(&members, i) == GROUP_NEW;

		if (member_kind(&members, i) == DOUBLE)
			continue;
		if (begins) {
			buf_add_string(text, i ? "]},\n " : ",\n ");
			json_add(text, members.items[i].group);
			buf_add_string(text, ":{\"hosts\":[");
		} else {
			buf_add_char(text, ',');
		}
		json_add(text, members.items[i].host);
	}
	if (members.count)
		buf_add_string(text, "]}");
}

void inventory_add_ansible_list(const struct inventory *inventory, struct buf *text)
{
	const char *separator = "\n  ";

	buf_add_string(text, "{\"_meta\":{\"hostvars\":{");
	array_foreach(host, inventory) {
		buf_add_string(text, separator);
		json_add(text, host->name);
		buf_add_char(text, ':');
		variables_add(host, text);
		separator = ",\n  ";
	}
	buf_add_string(text, "}},\n \"all\":{\"hosts\":[");
	separator = "";
	array_foreach(host, inventory) {
		buf_add_string(text, separator);
		json_add(text, host->name);
		separator = ",";
	}
	buf_add_string(text, "]}");
	groups_add(inventory, text);
	buf_add_string(text, "}\n");
}

void inventory_add_ansible_host(const struct inventory *inventory, const char *name,
				struct buf *text)
{
	array_foreach(host, inventory) {
		if (!strcmp(host->name, name)) {
			variables_add(host, text);
			buf_add_char(text, '\n');
			return;
		}
	}
	buf_add_string(text, "{}\n");
}

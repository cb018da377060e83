/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An inventory for Ansible: as a file, and as the output of an inventory script. */
#define _GNU_SOURCE
#include <ctype.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/json.h"
#include "leases/inventory_ansible.h"

/* A group's name is a valid variable name: letters, digits and "_". */
static void group_name(const char *network, struct buf *name)
{
	buf_clear(name);
	buf_add_string(name, "network_");
	for (; *network; network++) {
		unsigned char c = (unsigned char)*network;

		buf_add_char(name, isascii(c) && isalnum(c) ? *network : '_');
	}
}

/* Whether the host is already in the list: it has a second address on the network. */
static bool is_last(json_object *hosts, const char *host)
{
	size_t count = json_object_array_length(hosts);

	return count && !strcmp(json_object_get_string(
					json_object_array_get_idx(hosts, count - 1)),
				host);
}

/* {"GROUP": {"hosts": [...]}}: each host is in the group of every network that it is on.
 */
static json_object *groups_make(const struct inventory *inventory)
{
	json_object *groups = json_object_new_object(), *group, *hosts;
	CLEANUP(buf_free) struct buf name = {0};

	array_foreach(host, inventory) {
		array_foreach(result, &host->results) {
			if (!(*result)->lease.network)
				continue;
			group_name((*result)->lease.network, &name);
			if (!json_object_object_get_ex(groups, buf_text(&name), &group)) {
				group = json_object_new_object();
				json_object_object_add(group, "hosts",
						       json_object_new_array());
				json_object_object_add(groups, buf_text(&name), group);
			}
			hosts = json_object_object_get(group, "hosts");
			if (!is_last(hosts, host->name))
				json_object_array_add(hosts,
						      json_object_new_string(host->name));
		}
	}
	return groups;
}

void inventory_add_ansible(const struct inventory *inventory, struct buf *text)
{
	CLEANUP(json_put) json_object *groups = groups_make(inventory);
	char address[LEASE_ADDRESS_TEXT_MAX];

	array_foreach(host, inventory)
		buf_format(text, "%s ansible_host=%s\n", host->name,
			   lease_address_format(&host->results.items[0]->lease.address,
						address));
	json_object_object_foreach(groups, name, group) {
		json_object *hosts = json_object_object_get(group, "hosts");

		buf_format(text, "\n[%s]\n", name);
		for (size_t i = 0; i < json_object_array_length(hosts); i++)
			buf_format(text, "%s\n",
				   json_object_get_string(
					   json_object_array_get_idx(hosts, i)));
	}
}

/* NULL adds nothing. */
static void variable_add(json_object *variables, const char *name, const char *value)
{
	if (value)
		json_object_object_add(variables, name, json_text(value));
}

static json_object *variables_make(const struct inventory_host *host)
{
	const struct result *best = host->results.items[0];
	json_object *variables = json_object_new_object();
	json_object *addresses = json_object_new_array();
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX];

	variable_add(variables, "ansible_host",
		     lease_address_format(&best->lease.address, address));
	variable_add(variables, "vmango_machine", best->lease.machine);
	variable_add(variables, "vmango_hostname", best->lease.hostname);
	variable_add(variables, "vmango_hwaddr",
		     best->lease.has_mac ? mac_format(best->lease.mac, mac) : NULL);
	variable_add(variables, "vmango_network", best->lease.network);
	variable_add(variables, "vmango_hypervisor", best->hypervisor);
	array_foreach(result, &host->results) {
		lease_address_format(&(*result)->lease.address, address);
		json_object_array_add(addresses, json_object_new_string(address));
	}
	json_object_object_add(variables, "vmango_addresses", addresses);
	return variables;
}

static void json_add(struct buf *text, json_object *json)
{
	buf_add_string(text, json_object_to_json_string_ext(
				     json, JSON_C_TO_STRING_PRETTY |
						   JSON_C_TO_STRING_NOSLASHESCAPE));
	buf_add_char(text, '\n');
}

void inventory_add_ansible_list(const struct inventory *inventory, struct buf *text)
{
	CLEANUP(json_put) json_object *list = groups_make(inventory);
	json_object *meta = json_object_new_object(), *all = json_object_new_object();
	json_object *variables = json_object_new_object();
	json_object *names = json_object_new_array();

	array_foreach(host, inventory) {
		json_object_object_add(variables, host->name, variables_make(host));
		json_object_array_add(names, json_object_new_string(host->name));
	}
	json_object_object_add(meta, "hostvars", variables);
	json_object_object_add(all, "hosts", names);
	json_object_object_add(list, "_meta", meta);
	json_object_object_add(list, "all", all);
	json_add(text, list);
}

void inventory_add_ansible_host(const struct inventory *inventory, const char *name,
				struct buf *text)
{
	CLEANUP(json_put) json_object *variables = NULL;

	array_foreach(host, inventory) {
		if (!strcmp(host->name, name))
			variables = variables_make(host);
	}
	if (!variables)
		variables = json_object_new_object();
	json_add(text, variables);
}

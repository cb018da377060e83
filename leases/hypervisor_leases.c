/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the leases of a hypervisor's networks: from their files, or by libvirt. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/mem.h"
#include "common/virt.h"
#include "leases/hypervisor_leases.h"
#include "leases/lease_file.h"
#include "leases/lease_virt.h"
#include "leases/network_conf.h"

/* Whether the directory has the files of this network, according to NET.conf. For users
 * other than root, who can't read it, that the file exists suffices. */
static bool directory_has(const char *directory, const struct net *net)
{
	CLEANUP(free_ptr) char *path = mem_format("%s/%s.conf", directory, net->name);
	CLEANUP(network_conf_free) struct network_conf conf = {0};
	CLEANUP(buf_free) struct buf text = {0};

	if (network_name_check(net->name, NULL) < 0)
		return false;
	if (file_read(path, NETWORK_CONF_SIZE_MAX, &text, NULL) < 0)
		return errno == EACCES;
	return network_conf_parse(buf_text(&text), text.size, &conf, NULL) == 0 &&
	       conf.bridge && !strcmp(conf.bridge, net->bridge);
}

/* The leases of a network that are read. */
struct net_leases {
	const struct hypervisor *hypervisor;
	const struct net *net;
	struct lease_list leases;
	struct error_list problems, notes;
	bool by_machine_only;
};

static int file_leases_read(struct net_leases *read)
{
	CLEANUP(lease_file_free) struct lease_file file = {0};
	const char *directory = read->hypervisor->directory;
	const struct net *net = read->net;

	if (!directory || !directory_has(directory, net) ||
	    lease_file_find(directory, net->bridge, &file, NULL) < 0)
		return -1;
	if (file.path && lease_file_read(&file, &read->leases, &read->problems, NULL) < 0)
		return -1;
	array_foreach(lease, &read->leases)
		lease->network = mem_string(net->name);
	return 0;
}

static void virt_leases_read(struct net_leases *read)
{
	CLEANUP(virNetworkFree_ptr) virNetworkPtr network = NULL;
	const char *name = read->net->name;
	struct error error = {0};

	network = virNetworkLookupByName(read->hypervisor->connection, name);
	if (!network)
		virt_error(&error, "network %s", name);
	else if (lease_virt_network(network, NULL, &read->leases, &error) == 0)
		return;
	if (virt_error_code() == VIR_ERR_NO_SUPPORT) {
		read->by_machine_only = true;
		error_list_take(&read->notes, &error);
		return;
	}
	error_list_take(&read->problems, &error);
}

static void net_leases_read(void *data, size_t i)
{
	struct net_leases *read = &((struct net_leases *)data)[i];

	if (file_leases_read(read) < 0 && read->net->active &&
	    read->hypervisor->connection)
		virt_leases_read(read);
}

static void net_leases_take(struct hypervisor_facts *facts, struct net_leases *read)
{
	if (!facts->leases.count) {
		free(facts->leases.items);
		facts->leases = read->leases;
	} else {
		array_foreach(lease, &read->leases)
			*array_add(&facts->leases) = *lease;
		free(read->leases.items);
	}
	error_list_append(&facts->problems, &read->problems);
	error_list_append(&facts->notes, &read->notes);
	facts->leases_by_machine_only |= read->by_machine_only;
}

static bool is_wanted(const struct hypervisor *hypervisor, const struct net *net)
{
	return (net->active || hypervisor->inactive_too) && net->bridge &&
	       (!hypervisor->network || !strcmp(hypervisor->network, net->name));
}

void hypervisor_read_leases(struct hypervisor *hypervisor)
{
	ARRAY(struct net_leases) wanted = {0};

	array_foreach(net, &hypervisor->facts.nets) {
		if (is_wanted(hypervisor, net))
			*array_add(&wanted) = (struct net_leases){
				.hypervisor = hypervisor, .net = net};
	}
	in_flight(&hypervisor->flight, wanted.count, net_leases_read, wanted.items);
	array_foreach(read, &wanted)
		net_leases_take(&hypervisor->facts, read);
	free(wanted.items);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the leases of a hypervisor's networks: from their files, or by libvirt. */
#define _GNU_SOURCE
#include <errno.h>
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

static int file_leases_read(struct hypervisor *hypervisor, const struct net *net)
{
	CLEANUP(lease_file_free) struct lease_file file = {0};
	size_t before = hypervisor->facts.leases.count;

	if (!hypervisor->directory || !directory_has(hypervisor->directory, net) ||
	    lease_file_find(hypervisor->directory, net->bridge, &file, NULL) < 0)
		return -1;
	if (file.path && lease_file_read(&file, &hypervisor->facts.leases,
					 &hypervisor->facts.problems, NULL) < 0)
		return -1;
	for (size_t i = before; i < hypervisor->facts.leases.count; i++)
		hypervisor->facts.leases.items[i].network = mem_string(net->name);
	return 0;
}

static void virt_leases_read(struct hypervisor *hypervisor, const struct net *net)
{
	CLEANUP(virNetworkFree_ptr) virNetworkPtr network = NULL;
	struct error error = {0};

	network = virNetworkLookupByName(hypervisor->connection, net->name);
	if (!network)
		virt_error(&error, "network %s", net->name);
	else if (lease_virt_network(network, NULL, &hypervisor->facts.leases, &error) ==
		 0)
		return;
	if (virt_error_code() == VIR_ERR_NO_SUPPORT) {
		hypervisor->facts.leases_by_machine_only = true;
		error_list_take(&hypervisor->facts.notes, &error);
		return;
	}
	error_list_take(&hypervisor->facts.problems, &error);
}

void hypervisor_read_leases(struct hypervisor *hypervisor)
{
	array_foreach(net, &hypervisor->facts.nets) {
		if ((!net->active && !hypervisor->inactive_too) || !net->bridge ||
		    (hypervisor->network && strcmp(hypervisor->network, net->name)))
			continue;
		if (file_leases_read(hypervisor, net) < 0 && net->active &&
		    hypervisor->connection)
			virt_leases_read(hypervisor, net);
	}
}

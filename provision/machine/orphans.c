/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Volumes and reservations that have the names of a machine without being its own. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt.h"
#include "provision/machine/machine_xml.h"
#include "provision/machine/orphans.h"

static void virsh_add(struct buf *text, const struct host *host, const char *command)
{
	CLEANUP(free_ptr) char *uri = virConnectGetURI(host->connection);

	buf_add_string(text, "; if nothing needs it: virsh -c ");
	text_add_shell(text, uri ? uri : "");
	buf_format(text, " %s ", command);
}

char *orphan_volume_text(const struct host *host, const char *volume)
{
	const char *pool = host->config->root_pool;
	struct buf text = {0};

	buf_format(&text, "volume %s is in pool %s of %s already", volume, pool,
		   host->config->name);
	virsh_add(&text, host, "vol-delete --pool");
	text_add_shell(&text, pool);
	buf_add_char(&text, ' ');
	text_add_shell(&text, volume);
	return buf_take(&text);
}

char *orphan_reservation_text(const struct host *host, const struct network_host *found)
{
	const char *network = host->config->network;
	char address[INET_ADDRSTRLEN];
	CLEANUP(free_ptr) char *xml = NULL;
	struct buf text = {0};

	inet_ntop(AF_INET, &found->address, address, sizeof(address));
	buf_format(&text, "%s is reserved for %s in network %s of %s already", address,
		   found->name, network, host->config->name);
	if (!found->has_mac) {
		virsh_add(&text, host, "net-edit");
		text_add_shell(&text, network);
		return buf_take(&text);
	}
	virsh_add(&text, host, "net-update");
	text_add_shell(&text, network);
	buf_add_string(&text, " delete ip-dhcp-host ");
	xml = network_host_xml(found->mac, found->name, found->address);
	text_add_shell(&text, xml);
	buf_add_string(&text, " --live --config");
	return buf_take(&text);
}

static void volume_find(const struct host *host, virStoragePoolPtr pool, const char *name,
			struct error_list *messages)
{
	CLEANUP(virStorageVolFree_ptr)
	virStorageVolPtr volume = virStorageVolLookupByName(pool, name);
	CLEANUP(free_ptr) char *text = NULL;

	if (!volume)
		return;
	text = orphan_volume_text(host, name);
	error_list_add(messages, "%s", text);
}

void orphans_find(const struct host *host, const char *machine,
		  struct error_list *messages)
{
	static const char *const suffixes[] = {MACHINE_DISK_SUFFIX, MACHINE_DRIVE_SUFFIX,
					       MACHINE_DRIVE_SUFFIX_2};
	CLEANUP(virStoragePoolFree_ptr)
	virStoragePoolPtr pool = virStoragePoolLookupByName(host->connection,
							    host->config->root_pool);
	const struct network_host *found = network_host_by_name(&host->network, machine);

	for (size_t i = 0; pool && i < ARRAY_LENGTH(suffixes); i++) {
		CLEANUP(free_ptr) char *name = mem_format("%s%s", machine, suffixes[i]);

		volume_find(host, pool, name, messages);
	}
	if (found) {
		CLEANUP(free_ptr) char *text = orphan_reservation_text(host, found);

		error_list_add(messages, "%s", text);
	}
}

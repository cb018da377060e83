/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages about volumes and reservations with the name of a machine that does not own
 * them.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/virsh.h"
#include "provision/plan/orphan_text.h"

#define ADVICE "; if nothing needs it: "

/* The domain that has a file of that name as a disk; the pool's folder may not be known.
 * NULL: none. */
static const char *disk_user(const struct facts *facts, const char *volume)
{
	array_foreach(domain, &facts->domains) {
		array_foreach(disk, &domain->disks.list) {
			array_foreach(path, &disk->chain) {
				const char *slash = strrchr(*path, '/');

				if (!strcmp(slash ? slash + 1 : *path, volume))
					return domain->name;
			}
		}
	}
	return NULL;
}

char *orphan_volume_text(const struct facts *facts, const char *volume)
{
	const char *pool = facts->config->root_pool;
	struct buf text = {0};

	buf_format(&text, "volume %s already exists in pool %s of %s", volume, pool,
		   facts->config->name);
	if (disk_user(facts, volume)) {
		buf_format(&text, "; domain %s uses a file of that name",
			   disk_user(facts, volume));
		return buf_take(&text);
	}
	buf_add_string(&text, ADVICE);
	virsh_add(&text, facts_command_uri(facts), "vol-delete", "--pool", pool, volume,
		  NULL);
	return buf_take(&text);
}

char *orphan_reservation_text(const struct facts *facts, const struct network_host *found)
{
	const char *network = facts->config->network;
	char address[INET_ADDRSTRLEN];
	CLEANUP(free_ptr) char *xml = NULL;
	struct buf text = {0};

	inet_ntop(AF_INET, &found->address, address, sizeof(address));
	buf_format(&text, "%s is already reserved for %s in network %s of %s", address,
		   found->name, network, facts->config->name);
	buf_add_string(&text, ADVICE);
	if (!found->has_mac) {
		virsh_add(&text, facts_command_uri(facts), "net-edit", network, NULL);
		return buf_take(&text);
	}
	xml = network_host_xml(found->mac, found->name, found->address);
	virsh_add(&text, facts_command_uri(facts), "net-update", network, "delete",
		  "ip-dhcp-host", xml, "--live", "--config", NULL);
	return buf_take(&text);
}

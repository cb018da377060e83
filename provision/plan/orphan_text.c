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
		if (domain_disks_use_volume(&domain->disks, facts->config->root_pool,
					    volume))
			return domain->name;
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
	const char *user = disk_user(facts, volume);
	struct buf text = {0};

	buf_format(&text, "volume %s already exists in pool %s of %s", volume, pool,
		   facts->config->name);
	if (user) {
		buf_format(&text, "; domain %s uses a file of that name", user);
		return buf_take(&text);
	}
	buf_add_string(&text, ADVICE);
	virsh_add(&text, facts_command_uri(facts), "vol-delete", "--pool", pool, volume,
		  NULL);
	return buf_take(&text);
}

char *orphan_entry_command(const char *uri, const char *network,
			   const struct network_host *found, const char *name, bool live,
			   bool configured)
{
	const char *flags[] = {live ? "--live" : NULL, configured ? "--config" : NULL};
	CLEANUP(free_ptr) char *xml = NULL;

	if (!found->has_mac)
		return virsh_text(uri, "net-edit", network, NULL);
	xml = network_host_xml(found->mac, name, found->address);
	return virsh_text(uri, "net-update", network, "delete", "ip-dhcp-host", xml,
			  flags[live ? 0 : 1], live ? flags[1] : NULL, NULL);
}

static char *deletion_command(const struct facts *facts, const struct network_host *found,
			      const char *name)
{
	const struct network *network = &facts->network;
	bool live = network_hosts_by_mac(&network->hosts, found->mac);
	bool configured = !network->has_configured ||
			  network_hosts_by_mac(&network->configured, found->mac);

	return orphan_entry_command(facts_command_uri(facts), network->name, found, name,
				    live, configured);
}

/* Names that others have chosen may have characters that XML does not allow. */
char *orphan_reservation_command(const struct facts *facts,
				 const struct network_host *found)
{
	return deletion_command(facts, found, NULL);
}

char *orphan_reservation_text(const struct facts *facts, const struct network_host *found)
{
	CLEANUP(free_ptr) char *command = deletion_command(facts, found, found->name);
	char address[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &found->address, address, sizeof(address));
	return mem_format("%s is already reserved for %s in network %s of %s" ADVICE "%s",
			  address, found->name, facts->config->network,
			  facts->config->name, command);
}

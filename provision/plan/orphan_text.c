/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages about volumes and reservations that have a machine's name and are not its own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "provision/plan/orphan_text.h"

static void virsh_add(struct buf *text, const struct facts *facts, const char *command)
{
	const char *uri = facts->uri;

	buf_add_string(text, "; if nothing needs it: virsh -c ");
	text_add_shell(text, uri ? uri : "");
	buf_format(text, " %s ", command);
}

char *orphan_volume_text(const struct facts *facts, const char *volume)
{
	const char *pool = facts->config->root_pool;
	struct buf text = {0};

	buf_format(&text, "volume %s is in pool %s of %s already", volume, pool,
		   facts->config->name);
	virsh_add(&text, facts, "vol-delete --pool");
	text_add_shell(&text, pool);
	buf_add_char(&text, ' ');
	text_add_shell(&text, volume);
	return buf_take(&text);
}

char *orphan_reservation_text(const struct facts *facts, const struct network_host *found)
{
	const char *network = facts->config->network;
	char address[INET_ADDRSTRLEN];
	CLEANUP(free_ptr) char *xml = NULL;
	struct buf text = {0};

	inet_ntop(AF_INET, &found->address, address, sizeof(address));
	buf_format(&text, "%s is reserved for %s in network %s of %s already", address,
		   found->name, network, facts->config->name);
	if (!found->has_mac) {
		virsh_add(&text, facts, "net-edit");
		text_add_shell(&text, network);
		return buf_take(&text);
	}
	virsh_add(&text, facts, "net-update");
	text_add_shell(&text, network);
	buf_add_string(&text, " delete ip-dhcp-host ");
	xml = network_host_xml(found->mac, found->name, found->address);
	text_add_shell(&text, xml);
	buf_add_string(&text, " --live --config");
	return buf_take(&text);
}

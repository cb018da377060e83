/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leases as lines of text, for comparison in tests. */
#ifndef TESTS_UNIT_LEASE_SHOW_H
#define TESTS_UNIT_LEASE_SHOW_H

#include <inttypes.h>

#include "common/buf.h"
#include "leases/lease.h"

/* "ADDRESS MAC CLIENT-ID IAID EXPIRY NAME SERVER-DUID\n", "-" for what is not known, "?"
 * behind a guessed MAC. */
static inline void lease_show(const struct lease *lease, struct buf *text)
{
	char address[LEASE_ADDRESS_TEXT_MAX], mac[MAC_TEXT_MAX], id[LEASE_ID_TEXT_MAX];
	char iaid[LEASE_IAID_TEXT_MAX];

	buf_format(text, "%s %s%s", lease_address_format(&lease->address, address),
		   lease->has_mac ? mac_format(lease->mac, mac) : "-",
		   lease->mac_guessed ? "?" : "");
	buf_format(text, " %s",
		   lease->client_id.size ? lease_id_format(&lease->client_id, id) : "-");
	buf_format(text, " %s", lease->has_iaid ? lease_iaid_format(lease, iaid) : "-");
	buf_format(text, " %" PRIu64 " %s", lease->expires_s,
		   lease->hostname ? lease->hostname : "-");
	buf_format(text, " %s\n",
		   lease->server_duid.size ? lease_id_format(&lease->server_duid, id)
					   : "-");
}

static inline void lease_list_show(const struct lease_list *list, struct buf *text)
{
	for (size_t i = 0; i < list->count; i++)
		lease_show(&list->items[i], text);
}

#endif

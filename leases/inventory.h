/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results grouped by host, for hosts(5) and ssh_config(5). */
#ifndef LEASES_INVENTORY_H
#define LEASES_INVENTORY_H

#include <stddef.h>

#include "common/buf.h"
#include "common/error.h"
#include "leases/resolve.h"

/*
 * A machine, or a client that is no known machine, with its addresses, best first.
 * Everything is borrowed from the results.
 */
struct inventory_host {
	const char *name;  /* of the machine, else of the reservation or by DHCP */
	const char *alias; /* of the reservation or by DHCP; NULL: none */
	struct result_refs results;
};

struct inventory {
	struct inventory_host *items;
	size_t count;
	size_t capacity;
};

/* Which names are used. */
struct inventory_names {
	bool guests_too; /* also names that clients send by DHCP, which can be any */
	const struct machine_list *const *machines; /* whose names no client may use */
	size_t machines_count;
};

/*
 * Groups the results by host. Each host has each address once, and no link-local ones.
 *
 * A host is left out and reported in `problems` if its name could mean something else in
 * one of the formats (it must consist of letters, digits, ".", "_" and "-", and not begin
 * with "." or "-"), and if an earlier host has the same name. An alias that is also the
 * name or alias of another host is left out.
 *
 * The host name that a client sends by DHCP is used only with `names->guests_too`, and
 * never if it is the name of a machine or a name of localhost. Results without a name are
 * skipped. The caller frees the inventory.
 */
struct inventory inventory_make(const struct result_refs *results,
				const struct inventory_names *names,
				struct error_list *problems);
void inventory_free(struct inventory *inventory);

/* Writes hosts(5): a line "ADDRESS NAME ALIAS" for each address. */
void inventory_add_hosts(const struct inventory *inventory, struct buf *text);

/*
 * Writes ssh_config(5): a "Host" section for each host, with its best address as
 * HostName. HostKeyAlias stores the host key by name, since an address can later belong
 * to another host.
 */
void inventory_add_ssh_config(const struct inventory *inventory, struct buf *text);

#endif

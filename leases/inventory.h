/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers as other programs read them: hosts files, ssh and Ansible. */
#ifndef LEASES_INVENTORY_H
#define LEASES_INVENTORY_H

#include <stddef.h>

#include "common/buf.h"
#include "common/error.h"
#include "leases/resolve.h"

/*
 * A host: a machine, or who has an address and no machine, with its addresses, best
 * first. All is borrowed from the results.
 */
struct inventory_host {
	const char *name;  /* the machine's, else that of its reservation or its own */
	const char *alias; /* the name of its reservation or its own; NULL: none */
	struct result_refs results;
};

struct inventory {
	struct inventory_host *items;
	size_t count;
	size_t capacity;
};

/* Which names count. */
struct inventory_names {
	bool guests_too; /* names that guests choose: by DHCP, which anybody can */
	const struct machine_list *const *machines; /* all, whose names no guest gets */
	size_t machines_count;
};

/*
 * Puts the results together by machine; each address once, none that is link-local. A
 * name that one of the formats below could take for something else (anything but letters,
 * digits, ".", "_", "-", or "-" and "." in front) leaves its host out and is named in
 * `problems`; so does a second host of a name, since who asks for it would get either. A
 * host name that is another host's too is no alias. What a guest calls itself, as
 * opposed to what a machine or a reservation is called, is a name only with
 * `names->guests_too`, and then not if it is a machine's name or one of localhost's.
 * Answers without any name are passed over. The caller frees it.
 */
struct inventory inventory_make(const struct result_refs *results,
				const struct inventory_names *names,
				struct error_list *problems);
void inventory_free(struct inventory *inventory);

/* hosts(5): "ADDRESS NAME ALIAS", a line for each address. */
void inventory_add_hosts(const struct inventory *inventory, struct buf *text);

/*
 * ssh_config(5): a "Host" section for each host with its best address as HostName. The
 * host key is known by the name, since addresses are handed out again (HostKeyAlias).
 */
void inventory_add_ssh_config(const struct inventory *inventory, struct buf *text);

#endif

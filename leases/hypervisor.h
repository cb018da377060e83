/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor that leases are read from: its connection and its files. */
#ifndef LEASES_HYPERVISOR_H
#define LEASES_HYPERVISOR_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "common/error.h"
#include "common/in_flight.h"
#include "leases/hypervisor_facts.h"

/* Zeroed except `uri` and what says "set by the caller"; hypervisor_close() frees it. */
struct hypervisor {
	const char *uri; /* as the user wrote it; NULL: libvirt's default. Borrowed */
	const char *directory; /* of its lease files, if they are on this host; NULL: they
				  are not. Borrowed */
	const char *network;   /* read the leases of this network only; NULL: of all. Set
				  by the caller, borrowed */
	virConnectPtr connection; /* NULL: only the files in `directory` are read */
	/* Set by the caller: read also the leases of inactive networks, and NICs that an
	 * active machine has only in its persistent configuration. */
	bool inactive_too;
	struct in_flight flight; /* of the connection */
	bool has_limit;		 /* its limit is known */
	struct hypervisor_facts facts;
	/* Of the first of facts.machines; of the others they are looked up. */
	ARRAY(virDomainPtr) domains;
};

/*
 * Connects, and sets `directory` if the hypervisor is this host's own. If libvirt can't
 * be reached there, that is recorded in `facts.problems`, and only the files will be
 * read. `read_only` suffices unless the guest agent is asked. Fails when there is neither
 * a connection nor a directory. Until in_flight_end() of hypervisor->flight, calls on the
 * connection are made by in_flight().
 */
int hypervisor_open(struct hypervisor *hypervisor, bool read_only, struct error *error);

/* Will read the files in `directory`, which is borrowed, instead of asking libvirt. */
void hypervisor_use_directory(struct hypervisor *hypervisor, const char *directory);

/*
 * Connects again after a connection was lost. On failure all facts stay as they were;
 * hypervisor_reread() updates the leases from the files.
 */
int hypervisor_reconnect(struct hypervisor *hypervisor, bool read_only,
			 struct error *error);

/* Asks how many calls may be in flight (in_flight_ask_limit()), once for a connection. */
void hypervisor_ask_limit(struct hypervisor *hypervisor);

/* The domain of one of facts.machines; the caller frees it. NULL with libvirt's error if
 * it can't be looked up. */
virDomainPtr hypervisor_domain(const struct hypervisor *hypervisor,
			       const struct machine *machine);

/* Clears the facts, with `keep_machines` except the machines; the second only these. */
void hypervisor_clear(struct hypervisor *hypervisor, bool keep_machines);
void hypervisor_forget_machines(struct hypervisor *hypervisor);

/* Closes the connection; the facts stay. */
void hypervisor_disconnect(struct hypervisor *hypervisor);
/* Closes the connection and frees the facts. */
void hypervisor_close(struct hypervisor *hypervisor);

/* Whether the connection was lost. Its one error, in place of those that it has left in
 * `found`, which is emptied. Returns -1. */
bool hypervisor_is_lost(const struct hypervisor *hypervisor);
int hypervisor_lost_error(const struct hypervisor *hypervisor, struct error_list *found,
			  struct error *error);

/* Whether there is a connection, and it still works. */
bool hypervisor_is_alive(const struct hypervisor *hypervisor);

#endif

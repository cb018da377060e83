/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one hypervisor knows about addresses: networks, machines, leases. */
#ifndef LEASES_HYPERVISOR_H
#define LEASES_HYPERVISOR_H

#include <libvirt/libvirt.h>
#include <stdbool.h>

#include "common/error.h"
#include "leases/lease.h"
#include "leases/machine_nics.h"
#include "leases/neighbours.h"
#include "leases/net.h"
#include "leases/source_order.h"

/* Zeroed but for `uri`; survey_close() releases it. */
struct survey {
	const char *uri;       /* as the user gave it; NULL: libvirt's default */
	const char *directory; /* of lease files that are this hypervisor's; NULL: not
				  ours to read. Borrowed */
	const char *network;   /* whose leases alone are read; NULL: of all. Borrowed */
	virConnectPtr connection; /* NULL: the files in `directory` are all there is */
	struct net_list nets;
	struct machine_list machines;
	struct lease_list leases; /* expired ones too where a file has been read */
	struct lease_list others; /* of the agent, ARP and the script */
	struct neighbour_list neighbours; /* of this host; read when first asked for */
	bool has_neighbours;
	struct error_list problems;  /* what could not be read, and was gone without */
	struct error_list notes;     /* what each source answered */
	bool leases_by_machine_only; /* the driver has no leases by network */
	bool idle_too; /* leases of networks that are not active as well, and cards that
			  an active machine has in its kept configuration only */
	bool has_machines;     /* they have been read */
	bool machines_missing; /* but for some, of which `problems` has why */
};

/*
 * Connects. `directory` NULL: lease files are read where libvirt has them, if the
 * hypervisor is this machine's own; then a libvirt that can't be reached is a problem,
 * and the files are read without it. `read_only` is for those who don't ask the agent.
 * Fails when there is neither connection nor directory.
 */
int survey_open(struct survey *survey, bool read_only, struct error *error);

/* Reads the files of `directory`, which is borrowed, instead of asking libvirt. */
void survey_open_directory(struct survey *survey, const char *directory);

/*
 * Connects, for a survey that goes on when libvirt does not: on failure all that is known
 * stays, and survey_reread() tells what has changed since.
 */
int survey_reconnect(struct survey *survey, bool read_only, struct error *error);

/* Forgets what was read, with `keep_machines` all but them; the connection stays. */
void survey_clear(struct survey *survey, bool keep_machines);
/* Closes the connection alone. */
void survey_disconnect(struct survey *survey);
/* Does both. */
void survey_close(struct survey *survey);

/* Whether there is a connection, and it still works. */
bool survey_is_alive(const struct survey *survey);

/*
 * Reads networks and leases. Of a network that can't be asked the others are told all
 * the same, and why in `problems`. With files alone the machines come along. Fails when
 * there is nothing to be had at all.
 */
int survey_read(struct survey *survey, struct error *error);

/* Reads the leases of the networks that are known once more, from files alone. */
void survey_reread(struct survey *survey);

/* Reads all machines. Nothing to do with files alone. */
int survey_read_machines(struct survey *survey, struct error *error);

/* Reads a machine by its name, else by its UUID; false when there is none. */
bool survey_find_machine(struct survey *survey, const char *name);

/*
 * Asks the guest agent, the host's ARP table and `script` (NULL: none) about one machine,
 * each if it is in `order`. What they answer goes to `others`, why they don't to `notes`.
 */
void survey_ask(struct survey *survey, const struct machine *machine,
		const struct source_order *order, const char *script);

/*
 * Asks the guest agents of all machines that run, and appends every address that they
 * report, of whatever interface, with the machine's name. Agents that fail are passed
 * over.
 */
void survey_ask_agents(struct survey *survey, struct lease_list *found);

/*
 * Whether a canonical URI of virConnectGetURI() means the system's own libvirt on this
 * machine, whose files are at their usual place: no host, no socket of its own, and the
 * path "/system".
 */
bool survey_uri_is_local(const char *uri);

#endif

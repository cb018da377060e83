/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine with its NICs: what is needed to find its addresses. */
#ifndef LEASES_MACHINE_NICS_H
#define LEASES_MACHINE_NICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "leases/lease.h"

/* A NIC is on a libvirt network, on another bridge of the host, or on neither. Texts are
 * owned. */
struct machine_nic {
	uint8_t mac[MAC_SIZE];
	char *network; /* NULL: not on a network of libvirt */
	char *bridge;  /* NULL: unknown */
};

/* A reservation that was created for the machine, according to its metadata. */
struct machine_claim {
	char *network; /* owned */
	uint8_t mac[MAC_SIZE];
	struct lease_address address;
};

struct machine {
	char *name;
	char *uuid; /* as libvirt writes it; NULL: unknown */
	char *plan; /* Vmango's; NULL: unknown */
	bool active;
	/* What its channel to the guest agent says, if it has one. */
	bool agent_connected, agent_disconnected;
	ARRAY(struct machine_nic) nics;
	ARRAY(struct machine_claim) claims;
};

struct machine_list {
	struct machine *items;
	size_t count;
	size_t capacity;
};

/*
 * Reads `size` bytes of a live or inactive <domain>
 * (https://libvirt.org/formatdomain.html), and from its metadata Vmango's plan and the
 * reservations in the namespace of these tools. NICs without a MAC and invalid
 * reservations are skipped. Fails if the text is not a domain; `machine` is then
 * unchanged. The caller frees it.
 */
int machine_parse(const char *xml, size_t size, struct machine *machine,
		  struct error *error);
void machine_free(struct machine *machine);
void machine_list_free(struct machine_list *machines);

/* Sorts by name, and joins machines with the same name and no UUID into one with the NICs
 * of all. */
void machine_list_merge(struct machine_list *machines);

/* Moves those NICs of `from` to `machine` whose MACs it does not have. */
void machine_add_nics(struct machine *machine, struct machine *from);

/* By exact name, or by UUID in upper or lower case; NULL when there is none. */
const struct machine *machine_find(const struct machine_list *machines, const char *name);
const struct machine *machine_find_uuid(const struct machine_list *machines,
					const char *uuid);

/* The machine's NIC with that MAC; NULL when there is none. */
const struct machine_nic *machine_nic_find(const struct machine *machine,
					   const uint8_t mac[static MAC_SIZE]);

/* A lease of the NIC, without an address; the caller frees it. */
struct lease machine_nic_lease(const struct machine *machine,
			       const struct machine_nic *nic, enum lease_source source);

/* Finds machines by MAC. Borrows them; they must not change while it is used. */
struct machine_index {
	struct machine_place {
		const struct machine *machine;
		const struct machine_nic *nic;
	} * items;
	size_t count;
	size_t capacity;
};

struct machine_index machine_index_make(const struct machine_list *machines);
void machine_index_free(struct machine_index *index);

/*
 * The NIC with that MAC; of several first one on `network` (NULL: any), then one of an
 * active machine. NULL when there is none.
 */
const struct machine_place *machine_index_find(const struct machine_index *index,
					       const uint8_t mac[static MAC_SIZE],
					       const char *network);

#endif

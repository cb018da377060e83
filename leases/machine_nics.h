/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine as far as addresses go: its name, its network cards, its guest agent. */
#ifndef LEASES_MACHINE_NICS_H
#define LEASES_MACHINE_NICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "leases/lease.h"

/* A card is in a libvirt network or in some bridge of the host; texts are owned. */
struct machine_nic {
	uint8_t mac[MAC_SIZE];
	char *network; /* NULL: none of libvirt's */
	char *bridge;  /* NULL: not known */
};

/* A reservation that the machine's metadata says was made for it. */
struct machine_claim {
	char *network; /* owned */
	uint8_t mac[MAC_SIZE];
	struct lease_address address;
};

struct machine {
	char *name;
	char *uuid; /* as libvirt writes it; NULL: not known */
	char *plan; /* Vmango's; NULL: not known */
	bool active;
	bool agent_connected;
	ARRAY(struct machine_nic) nics;
	ARRAY(struct machine_claim) claims;
};

struct machine_list {
	struct machine *items;
	size_t count;
	size_t capacity;
};

/*
 * Reads <domain> (https://libvirt.org/formatdomain.html), `size` bytes, live or inactive;
 * of its metadata Vmango's plan and the reservations in the namespace of these tools.
 * Cards without a MAC, and claims that make no sense, are passed over. Fails when it is
 * no domain; `machine` is then left alone. The caller frees it.
 */
int machine_parse(const char *xml, size_t size, struct machine *machine,
		  struct error *error);
void machine_free(struct machine *machine);
void machine_list_free(struct machine_list *machines);

/* Makes one of those that have the same name and no UUID: it gets the cards of all. They
 * are in the order of their names after. */
void machine_list_merge(struct machine_list *machines);

/* Moves cards of `from` with MACs that `machine` does not have to it. */
void machine_add_nics(struct machine *machine, struct machine *from);

/* By its exact name, or by its UUID in any case; NULL when there is none. */
const struct machine *machine_find(const struct machine_list *machines, const char *name);
const struct machine *machine_find_uuid(const struct machine_list *machines,
					const char *uuid);

/* Its card with that MAC; NULL when there is none. */
const struct machine_nic *machine_nic_find(const struct machine *machine,
					   const uint8_t mac[static MAC_SIZE]);

/* Who has a MAC. Borrows the machines, which may not change as long as it is used. */
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
 * Of several cards with the MAC one on `network` (NULL: any) comes first, then one of an
 * active machine. NULL when nobody has it.
 */
const struct machine_place *machine_index_find(const struct machine_index *index,
					       const uint8_t mac[static MAC_SIZE],
					       const char *network);

#endif

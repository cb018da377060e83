/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine with its NICs: what is needed to find its addresses. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/cleanup.h"
#include "common/xml.h"
#include "leases/interface_xml.h"
#include "leases/machine_nics.h"

#define VMANGO_URI "http://vmango.org/schema/md"
#define TOOLS_URI  "https://vmango.org/schema/tools"

static void nic_add(struct interface_xml *interface, struct machine *machine)
{
	struct machine_nic nic = {0};

	if (!interface->mac || mac_parse(interface->mac, nic.mac, NULL) < 0)
		return;
	if (interface->type && !strcmp(interface->type, "network"))
		nic.network = TAKE(interface->network);
	nic.bridge = TAKE(interface->bridge);
	*array_add(&machine->nics) = nic;
}

static void claim_add(struct xml *xml, xmlNodePtr node, struct machine *machine)
{
	CLEANUP(free_ptr) char *network = xml_string(xml, node, "@network");
	CLEANUP(free_ptr) char *mac_text = xml_string(xml, node, "@mac");
	CLEANUP(free_ptr) char *ip_text = xml_string(xml, node, "@ip");
	struct machine_claim claim = {0};

	if (!network || !mac_text || !ip_text ||
	    mac_parse(mac_text, claim.mac, NULL) < 0 ||
	    lease_address_parse(ip_text, &claim.address, NULL) < 0)
		return;
	claim.network = TAKE(network);
	*array_add(&machine->claims) = claim;
}

static void metadata_read(struct xml *xml, struct machine *machine)
{
	CLEANUP(xmlXPathFreeObject_ptr) xmlXPathObjectPtr claims = NULL;

	xml_namespace(xml, "vmango", VMANGO_URI);
	xml_namespace(xml, "tools", TOOLS_URI);
	machine->plan = xml_string(xml, NULL, "/domain/metadata/vmango:md/vmango:plan");
	claims = xml_nodes(xml, NULL, "/domain/metadata/tools:machine/tools:reservation");
	xml_foreach(claim, claims) claim_add(xml, claim, machine);
}

static bool node_exists(struct xml *xml, const char *path)
{
	CLEANUP(free_ptr) char *text = xml_string(xml, NULL, path);

	return text;
}

static void agent_read(struct xml *xml, struct machine *machine)
{
	CLEANUP(free_ptr)
	char *state = xml_string(xml, NULL,
				 "/domain/devices/channel/"
				 "target[@name='org.qemu.guest_agent.0']/@state");

	machine->agent_connected = state && !strcmp(state, "connected");
	machine->agent_disconnected = state && !strcmp(state, "disconnected");
}

int machine_parse(const char *text, size_t size, struct machine *machine,
		  struct error *error)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(interface_xml_list_free) struct interface_xml_list interfaces = {0};
	struct machine found = {0};

	if (interface_xml_parse(text, size, &interfaces, error) < 0 ||
	    xml_parse(&xml, text, size, error) < 0)
		return -1;
	found.name = xml_string(&xml, NULL, "/domain/name");
	if (!found.name)
		return error_set(error, "no domain");
	found.uuid = xml_string(&xml, NULL, "/domain/uuid");
	found.active = node_exists(&xml, "/domain/@id");
	agent_read(&xml, &found);
	array_foreach(interface, &interfaces)
		nic_add(interface, &found);
	metadata_read(&xml, &found);
	*machine = found;
	return 0;
}

void machine_free(struct machine *machine)
{
	if (!machine)
		return;
	array_foreach(nic, &machine->nics) {
		free(nic->network);
		free(nic->bridge);
	}
	array_foreach(claim, &machine->claims)
		free(claim->network);
	free(machine->nics.items);
	free(machine->claims.items);
	free(machine->plan);
	free(machine->name);
	free(machine->uuid);
	*machine = (struct machine){0};
}

void machine_list_free(struct machine_list *machines)
{
	if (!machines)
		return;
	array_foreach(machine, machines)
		machine_free(machine);
	free(machines->items);
	*machines = (struct machine_list){0};
}

static int name_compare(const void *a, const void *b)
{
	const struct machine *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void machine_list_merge(struct machine_list *machines)
{
	struct machine_list merged = {0};

	if (machines->count)
		qsort(machines->items, machines->count, sizeof(*machines->items),
		      name_compare);
	array_foreach(machine, machines) {
		struct machine *last = merged.count ? &merged.items[merged.count - 1]
						    : NULL;

		if (!last || last->uuid || machine->uuid ||
		    strcmp(last->name, machine->name)) {
			*array_add(&merged) = *machine;
			continue;
		}
		array_foreach(nic, &machine->nics)
			*array_add(&last->nics) = *nic;
		machine->nics.count = 0;
		machine_free(machine);
	}
	free(machines->items);
	*machines = merged;
}

void machine_add_nics(struct machine *machine, struct machine *from)
{
	array_foreach(nic, &from->nics) {
		if (machine_nic_find(machine, nic->mac))
			continue;
		*array_add(&machine->nics) = *nic;
		*nic = (struct machine_nic){0};
	}
}

const struct machine *machine_find(const struct machine_list *machines, const char *name)
{
	array_foreach(machine, machines) {
		if (!strcmp(machine->name, name))
			return machine;
	}
	return NULL;
}

const struct machine *machine_find_uuid(const struct machine_list *machines,
					const char *uuid)
{
	array_foreach(machine, machines) {
		if (machine->uuid && !strcasecmp(machine->uuid, uuid))
			return machine;
	}
	return NULL;
}

const struct machine_nic *machine_nic_find(const struct machine *machine,
					   const uint8_t mac[static MAC_SIZE])
{
	array_foreach(nic, &machine->nics) {
		if (mac_equal(nic->mac, mac))
			return nic;
	}
	return NULL;
}

struct lease machine_nic_lease(const struct machine *machine,
			       const struct machine_nic *nic, enum lease_source source)
{
	struct lease lease = {
		.source = source,
		.has_mac = true,
		.machine = mem_string(machine->name),
		.network = mem_string(nic->network),
		.bridge = mem_string(nic->bridge),
	};

	memcpy(lease.mac, nic->mac, MAC_SIZE);
	return lease;
}

static int place_compare(const void *a, const void *b)
{
	const struct machine_place *x = a, *y = b;

	return memcmp(x->nic->mac, y->nic->mac, MAC_SIZE);
}

struct machine_index machine_index_make(const struct machine_list *machines)
{
	struct machine_index index = {0};

	array_foreach(machine, machines) {
		array_foreach(nic, &machine->nics)
			*array_add(&index) = (struct machine_place){machine, nic};
	}
	if (index.count)
		qsort(index.items, index.count, sizeof(*index.items), place_compare);
	return index;
}

void machine_index_free(struct machine_index *index)
{
	free(index->items);
	*index = (struct machine_index){0};
}

/* The first place with the MAC; NULL when there is none. */
static const struct machine_place *place_first(const struct machine_index *index,
					       const uint8_t *mac)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(index->items[middle].nic->mac, mac, MAC_SIZE) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == index->count || !mac_equal(index->items[low].nic->mac, mac))
		return NULL;
	return &index->items[low];
}

static unsigned int place_merit(const struct machine_place *place, const char *network)
{
	const char *own = place->nic->network;

	return (network && own && !strcmp(own, network) ? 2 : 0) + place->machine->active;
}

const struct machine_place *machine_index_find(const struct machine_index *index,
					       const uint8_t mac[static MAC_SIZE],
					       const char *network)
{
	const struct machine_place *best = place_first(index, mac);
	const struct machine_place *end = index->items + index->count;

	for (const struct machine_place *place = best;
	     best && place < end && mac_equal(place->nic->mac, mac); place++) {
		if (place_merit(place, network) > place_merit(best, network))
			best = place;
	}
	return best;
}

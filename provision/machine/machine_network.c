/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Moving an existing machine to another network. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "common/virt.h"
#include "provision/machine/machine_metadata.h"
#include "provision/machine/machine_network.h"
#include "provision/machine/reservation.h"
#include "provision/plan/machine_xml.h"

/* Its own entry in the network: of an interrupted run, or added by an administrator. */
static const struct network_host *own_entry(const struct change *change)
{
	const struct network_host *entry = network_host_by_mac(&change->facts->network,
							       change->mac);

	return entry && text_equal(entry->name, change->name) &&
			       network_has_address(&change->facts->network,
						   entry->address)
		       ? entry
		       : NULL;
}

/* Whether the address can be reserved for it on the batch's network. */
static bool is_free(const struct change *change, struct in_addr address)
{
	const struct network *network = &change->facts->network;

	return network_has_address(network, address) &&
	       !network_host_by_address(network, address);
}

/* Chooses the address, and reserves it unless it is. */
static int address_reserve(struct run *run, const struct change *change,
			   struct in_addr *address, struct error *error)
{
	const struct batch_machine *machine = change->machine;
	const struct network_host *own = own_entry(change);
	struct in_addr before = change->domain->metadata.reservation.ip;
	bool taken;

	if (own && (machine->ip == BATCH_IP_AUTO ||
		    own->address.s_addr == machine->address.s_addr)) {
		*address = own->address;
		return 0;
	}
	if (machine->ip == BATCH_IP_ADDRESS)
		*address = machine->address;
	else if (is_free(change, before))
		*address = before;
	else if (reservation_pick(change->host, address, error) < 0)
		return -1;
	return reservation_add(run, change->host, change->mac, change->name, *address,
			       &taken, error);
}

static void reservation_set(struct metadata_reservation *reservation,
			    const struct change *change, const struct in_addr *address)
{
	free(reservation->network);
	free(reservation->name);
	*reservation = (struct metadata_reservation){0};
	if (!address)
		return;
	reservation->network = mem_string(change->facts->config->network);
	reservation->name = mem_string(change->name);
	reservation->ip = *address;
	memcpy(reservation->mac, change->mac, MAC_SIZE);
}

/* Whether the reservation is what the batch asks for. */
static bool is_wanted(const struct metadata_reservation *reservation,
		      const struct change *change)
{
	const struct batch_machine *machine = change->machine;

	if (machine->ip == BATCH_IP_DHCP ||
	    !network_has_address(&change->facts->network, reservation->ip))
		return false;
	return machine->ip == BATCH_IP_AUTO ||
	       reservation->ip.s_addr == machine->address.s_addr;
}

int machine_network_reserve(struct run *run, const struct change *change,
			    virDomainPtr domain, struct metadata *metadata,
			    struct error *error)
{
	struct metadata_reservation *reservation = &metadata->reservation;
	bool stays = text_equal(reservation->network, change->facts->config->network);
	bool reserves = change->machine->ip != BATCH_IP_DHCP;
	struct in_addr address = {0};

	if (stays && is_wanted(reservation, change))
		return 0;
	/* Only one entry of a network may have a MAC address or a name. */
	if ((stays && reservation_delete(run, change->host, reservation, error) < 0) ||
	    (reserves && address_reserve(run, change, &address, error) < 0))
		return -1;
	if (reservation->network && !stays &&
	    reservation_delete(run, change->host, reservation, error) < 0)
		return -1;
	reservation_set(reservation, change, reserves ? &address : NULL);
	return machine_metadata_store(run, domain, metadata, error);
}

static char *nic_xml(virDomainPtr domain, unsigned int view, const char *wanted,
		     const struct change *change, bool is_down, struct error *error)
{
	CLEANUP(free_ptr) char *text = virDomainGetXMLDesc(domain, view);

	if (!text) {
		virt_error(error, "can't read the domain");
		return NULL;
	}
	return domain_hardware_nic_changed(text, wanted, change->mac, is_down, error);
}

/* Its link goes down with the change of network and then up, like that of a cable.
 * libvirt refuses a NIC of another model. */
static int nic_move(struct run *run, const struct change *change, virDomainPtr domain,
		    const char *wanted, struct error *error)
{
	const unsigned int live = VIR_DOMAIN_AFFECT_LIVE;
	bool exists = domain_hardware_nic(&change->domain->live, change->mac);
	CLEANUP(free_ptr) char *down = nic_xml(domain, 0, wanted, change, true, error);
	CLEANUP(free_ptr) char *up = nic_xml(domain, 0, wanted, change, false, error);
	int status;

	if (!down || !up || run_change(run, error) < 0)
		return -1;
	if (!exists)
		status = virDomainAttachDeviceFlags(domain, up, live);
	else if (virDomainUpdateDeviceFlags(domain, down, live) < 0)
		status = -1;
	else
		status = virDomainUpdateDeviceFlags(domain, up, live) < 0 ? 1 : 0;
	run_point(run);
	if (status < 0)
		return virt_error(error, "can't move the network interface");
	if (status > 0)
		return virt_error(error,
				  "the network interface was moved, and its link is "
				  "down");
	return 0;
}

int machine_network_connect(struct run *run, const struct change *change,
			    virDomainPtr domain, bool *waits, struct error *error)
{
	const struct domain_hardware *hardware = &change->domain->hardware;
	bool exists = domain_hardware_nic(hardware, change->mac);
	CLEANUP(error_free) struct error refused = {0};
	CLEANUP(free_ptr) char *wanted = machine_domain_xml(change, error);
	CLEANUP(free_ptr) char *nic = NULL;
	int status;

	if (!wanted)
		return -1;
	nic = nic_xml(domain, VIR_DOMAIN_XML_INACTIVE, wanted, change, false, error);
	if (!nic || run_change(run, error) < 0)
		return -1;
	status = exists ? virDomainUpdateDeviceFlags(domain, nic,
						     VIR_DOMAIN_AFFECT_CONFIG)
			: virDomainAttachDeviceFlags(domain, nic,
						     VIR_DOMAIN_AFFECT_CONFIG);
	run_point(run);
	if (status < 0)
		return virt_error(error, "can't connect the network interface");
	*waits = virDomainIsActive(domain) != 0 &&
		 (!run->hotplug || !change->domain->live.is_known ||
		  nic_move(run, change, domain, wanted, &refused) < 0);
	if (refused.message)
		run_note(run, change->name, refused.message);
	return 0;
}

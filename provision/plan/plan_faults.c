/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others have removed from a machine since it was created. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/cleanup.h"
#include "common/text.h"
#include "common/virsh.h"
#include "provision/batch/machine_volume.h"
#include "provision/plan/plan_disks.h"
#include "provision/plan/hardware_diff.h"
#include "provision/plan/plan_faults.h"
#include "provision/plan/plan_reservation.h"

char *plan_paused_text(const struct change *change)
{
	CLEANUP(free_ptr)
	char *command = virsh_text(facts_command_uri(change->facts), "resume",
				   change->name, NULL);

	return mem_format("the guest is paused; to resume it: %s", command);
}

static void state_check(struct change *change)
{
	if (change->domain->is_paused)
		change_fault_add(change, FAULT_PAUSED, plan_paused_text(change));
	if (change->domain->is_transient)
		change_fault_add(
			change, FAULT_DEFINITION,
			mem_string("its definition has been removed while it runs"))
			->is_restored = true;
}

/* Takes ownership of `text`. A fault with a field that --update changes in place, if the
 * batch allows that, is mended by it; otherwise the advice is another one. */
static void fault_add_updated(struct change *change, enum fault_kind kind,
			      enum machine_field field, char *text, const char *advice,
			      const char *otherwise)
{
	const struct machine_difference *difference = machine_diff_find(&change->diff,
									field);
	bool is_updated = difference && difference->is_possible;

	change_fault_add(change, kind,
			 mem_format("%s%s", text, is_updated ? advice : otherwise))
		->is_updated = is_updated;
	free(text);
}

static void connection_check(struct change *change)
{
	if (change_is_detached(change))
		change_fault_add(change, FAULT_DETACHED,
				 mem_format("the guest is not connected to network %s, "
					    "which has been restarted since; reboot "
					    "stops and starts it",
					    change->facts->config->network));
}

/* Its own NIC, in the running guest and at its next start. */
static void link_check(struct change *change)
{
	const struct facts_domain *domain = change->domain;
	const char *uri = facts_command_uri(change->facts);
	const struct hardware_nic *now = domain_hardware_nic(&domain->live, change->mac);
	const struct hardware_nic *then = domain_hardware_nic(&domain->hardware,
							      change->mac);
	char mac[MAC_TEXT_MAX];
	CLEANUP(buf_free) struct buf commands = {0};
	bool down[] = {domain->active && now && now->is_down, then && then->is_down};

	mac_format(change->mac, mac);
	for (size_t i = 0; i < ARRAY_LENGTH(down); i++) {
		CLEANUP(free_ptr)
		char *command = virsh_text(uri, "domif-setlink", change->name, mac, "up",
					   i ? "--config" : NULL, NULL);

		if (down[i])
			buf_format(&commands, "%s%s", commands.size ? " && " : "",
				   command);
	}
	if (commands.size)
		change_fault_add(change, FAULT_LINK,
				 mem_format("the link of its network interface %s is "
					    "down%s; to turn it on: %s",
					    mac, down[0] ? "" : " at its next start",
					    buf_text(&commands)));
}

static bool has_mac(const struct facts_domain *domain, const uint8_t mac[static MAC_SIZE])
{
	array_foreach(other, &domain->macs) {
		if (mac_equal(other->mac, mac))
			return true;
	}
	return false;
}

/* Two that run with one MAC address get one address, and lose each other's packets. */
static void mac_check(struct change *change)
{
	array_foreach(other, &change->facts->domains) {
		CLEANUP(free_ptr) char *command = NULL;
		char mac[MAC_TEXT_MAX];

		if (other == change->domain || !has_mac(other, change->mac))
			continue;
		command = virsh_text(facts_command_uri(change->facts), "edit",
				     other->name, NULL);
		change_fault_add(change, FAULT_SHARED,
				 mem_format("domain %s has its MAC address %s too; to "
					    "give that another one: %s",
					    other->name, mac_format(change->mac, mac),
					    command));
	}
}

/* Only the update knows its interface from the template. */
static void interface_check(struct change *change)
{
	const struct facts_domain *domain = change->domain;
	char mac[MAC_TEXT_MAX];

	link_check(change);
	mac_check(change);
	if (domain->hardware.is_known
		    ? domain_hardware_nic(&domain->hardware, change->mac) != NULL
		    : domain->macs.count > 0)
		return;
	fault_add_updated(change, FAULT_INTERFACE, MACHINE_NETWORK,
			  mem_format("its network interface %s is missing",
				     mac_format(change->mac, mac)),
			  "; to add it: apply --update",
			  "; to recreate the machine, destroy it first");
}

/* Networks that are only bridges, or have no subnet, know no addresses. */
static bool address_check(struct change *change,
			  const struct metadata_reservation *reservation)
{
	const struct network *network = &change->facts->network;
	char text[INET_ADDRSTRLEN];

	if (!network->has_subnet)
		return false;
	if (network->has_dhcp && network_has_address(network, reservation->ip))
		return true;
	inet_ntop(AF_INET, &reservation->ip, text, sizeof(text));
	fault_add_updated(change, FAULT_RESERVATION, MACHINE_ADDRESS,
			  mem_format("network %s no longer %s its address %s",
				     network->name,
				     network->has_dhcp ? "has" : "hands out", text),
			  "; to give it another one: apply --update", "");
	return false;
}

static void reservation_check(struct change *change)
{
	char *text;
	bool is_restored;

	/* The leftovers of a machine that moved may have it; apply moves it here. */
	if (change->leftovers.count ||
	    (facts_reservation_is_missing(change->facts,
					  &change->domain->metadata.reservation) &&
	     !address_check(change, &change->domain->metadata.reservation)))
		return;
	is_restored = plan_reservation_check(change, &text);
	if (text)
		change_fault_add(change, FAULT_RESERVATION, text)->is_restored =
			is_restored;
}

static bool is_used(const struct change *change, const struct metadata_volume *volume)
{
	const struct domain_disks *disks = &change->domain->disks;
	const char *folder = change->facts->root_pool.path;
	CLEANUP(free_ptr) char *path = NULL;

	if (!folder || !disks->list.count)
		return true;
	path = mem_format("%s/%s", folder, volume->name);
	return domain_disks_use(disks, path) ||
	       volume == plan_disks_detached(change, true) ||
	       volume == plan_disks_detached(change, false);
}

/* A config drive that a killed run was restoring; one that a killed update was creating
 * is left to the next update. */
static bool is_unfinished(const struct change *change,
			  const struct metadata_volume *volume)
{
	return volume->capacity_bytes && change->domain->disks.list.count &&
	       text_equal(volume->pool, change->facts->root_pool.name) &&
	       is_used(change, volume) &&
	       machine_volume_is_drive(change->name, volume->name) &&
	       !machine_diff_needs_drive(&change->diff);
}

static void volume_fault(struct change *change, const struct metadata_volume *volume)
{
	bool is_drive = machine_volume_is_drive(change->name, volume->name);
	struct change_fault *fault;

	/* A config drive is created as it was, unless the batch has other content for it.
	 */
	if (is_drive)
		fault = change_fault_add(
			change, FAULT_DRIVE,
			mem_format("its config drive, volume %s/%s, is %s", volume->pool,
				   volume->name,
				   volume->capacity_bytes ? "incomplete" : "missing"));
	else
		fault = change_fault_add(
			change, FAULT_VOLUME,
			mem_format("its disk, volume %s/%s, is missing; to recreate the "
				   "machine, destroy it first",
				   volume->pool, volume->name));
	fault->is_restored = is_drive && !machine_diff_needs_drive(&change->diff);
	fault->volume = volume->name;
	fault->stops = !is_drive;
}

static void volumes_check(struct change *change)
{
	array_foreach(volume, &change->domain->metadata.volumes) {
		bool is_gone = !volume->capacity_bytes &&
			       facts_volume_is_missing(change->facts, volume);

		/* One that is being created, or is no longer used, need not exist. */
		if (is_unfinished(change, volume) || (is_gone && is_used(change, volume)))
			volume_fault(change, volume);
	}
}

static void autostart_check(struct change *change)
{
	if (plan_faults_lost_autostart(change))
		change_fault_add(change, FAULT_AUTOSTART,
				 mem_string("its autostart has been turned off"))
			->is_restored = true;
}

bool plan_faults_lost_autostart(const struct change *change)
{
	const struct facts_domain *domain = change->domain;

	return change->machine->autostart && !domain->autostart &&
	       !domain->is_transient && change->hash &&
	       text_equal(change->hash, domain->metadata.input_hash);
}

void plan_waits_find(struct change *change)
{
	const struct hardware_pair pair = {.name = change->name,
					   .mac = change->mac,
					   .from = &change->domain->live,
					   .to = &change->domain->hardware};

	hardware_waits_find(&pair, &change->waits);
}

void plan_faults_find(struct change *change)
{
	state_check(change);
	interface_check(change);
	connection_check(change);
	reservation_check(change);
	volumes_check(change);
	plan_disks_check(change);
	autostart_check(change);
}

bool plan_faults_are_restored(const struct change *change)
{
	array_foreach(fault, &change->faults) {
		if (fault->is_restored)
			return true;
	}
	return false;
}

bool plan_faults_degrade(const struct change *change)
{
	array_foreach(fault, &change->faults) {
		if (!fault->is_harmless)
			return true;
	}
	return false;
}

bool plan_faults_stop(const struct change *change)
{
	array_foreach(fault, &change->faults) {
		if (fault->stops)
			return true;
	}
	return false;
}

char *plan_faults_text(const struct change *change, bool has_restored)
{
	struct buf text = {0};

	array_foreach(fault, &change->faults) {
		if (!has_restored || !fault->is_restored)
			buf_format(&text, "%s%s", text.size ? "; " : "", fault->text);
	}
	return text.size ? buf_take(&text) : NULL;
}

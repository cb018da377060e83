/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking the requirements of a machine on its hypervisor before anything is changed. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "common/text.h"
#include "common/virsh.h"
#include "common/xml.h"
#include "provision/batch/identity.h"
#include "provision/batch/machine_hash.h"
#include "provision/batch/machine_volume.h"
#include "provision/plan/hardware_diff.h"
#include "provision/plan/machine_xml.h"
#include "provision/plan/orphan_text.h"
#include "provision/plan/plan_check.h"
#include "provision/plan/plan_faults.h"

/* MAC addresses of machines that are planned before this one count as taken. */
static bool mac_is_planned(const struct changes *changes, const struct change *change,
			   const uint8_t mac[static MAC_SIZE])
{
	for (const struct change *other = changes->list.items; other < change; other++)
		if (other->facts == change->facts && mac_equal(other->mac, mac))
			return true;
	return false;
}

static int mac_choose(const struct changes *changes, struct change *change,
		      struct error_list *errors)
{
	uuid_t uuid;

	uuid_parse(change->uuid, uuid);
	for (unsigned int attempt = 0; attempt < IDENTITY_ATTEMPTS; attempt++) {
		identity_mac(uuid, attempt, change->mac);
		if (!facts_mac_is_taken(change->facts, change->mac) &&
		    !mac_is_planned(changes, change, change->mac))
			return 0;
	}
	return batch_machine_error(change->machine, "name", errors,
				   "no MAC address is free on %s",
				   change->facts->config->name);
}

int plan_check_image_size(const struct batch_machine *machine,
			  const struct facts_image *image, struct error *error)
{
	const struct batch_plan *plan = machine->plan;
	char image_size[NUM_SIZE_TEXT_MAX], disk_size[NUM_SIZE_TEXT_MAX];

	if (!plan || !plan->disk_size_bytes ||
	    image->virtual_size_bytes <= plan->disk_size_bytes)
		return 0;
	return error_set(error, "the disk of plan %s is %s, image %s needs %s",
			 plan->name, num_size_text(plan->disk_size_bytes, disk_size),
			 image->id, num_size_text(image->virtual_size_bytes, image_size));
}

static void image_set(struct change *change, const struct facts_image *image)
{
	change->image = image;
	change->arch = image_arch_libvirt(image->name.arch);
}

static int image_choose(struct change *change, struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;
	CLEANUP(error_free) struct error error = {0};
	const struct facts_image *image = facts_image_find(change->facts, machine->image,
							   machine->arch, &error);

	if (!image)
		return batch_machine_error(machine, "image", errors, "%s",
					   error_text(&error));
	image_set(change, image);
	if (plan_check_image_size(machine, image, &error) < 0)
		return batch_machine_error(machine, "plan", errors, "%s",
					   error_text(&error));
	return 0;
}

static int clone_choose(struct change *change, struct error_list *errors)
{
	const struct facts *facts = change->facts;
	const struct storage_pools pools = facts_pools(facts);
	CLEANUP(error_free) struct error error = {0};
	const char *format = change->image ? image_format_word(change->image->name.format)
					   : "";

	if (storage_clone_choose(&pools, facts->config->clone, format, &change->clone,
				 &error) == 0)
		return 0;
	return batch_hypervisor_error(facts->config, "clone", errors, "%s",
				      error_text(&error));
}

/* A network's reservations have unique names. */
static int name_check(const struct change *change, struct error_list *errors)
{
	const struct network_host *holder = network_host_by_name(&change->facts->network,
								 change->name);
	CLEANUP(free_ptr) char *text = NULL;

	if (!holder || change->action != ACTION_CREATE)
		return 0;
	text = orphan_reservation_text(change->facts, holder);
	return batch_machine_error(change->machine, "name", errors, "%s", text);
}

/* Its reservation may have been removed by others, to be restored by the next apply. */
static int owner_check(const struct change *change, struct error_list *errors)
{
	array_foreach(domain, &change->facts->domains) {
		const struct metadata_reservation *reservation =
			&domain->metadata.reservation;

		if (domain->metadata.state != METADATA_READY ||
		    domain == change->domain ||
		    !text_equal(reservation->network, change->facts->config->network) ||
		    reservation->ip.s_addr != change->machine->address.s_addr)
			continue;
		return batch_machine_error(
			change->machine, "ip", errors,
			"it is the address of machine %s, whose reservation is missing",
			domain->name);
	}
	return 0;
}

static int address_check(const struct change *change, struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;
	const struct network *network = &change->facts->network;
	const struct network_host *holder;

	if (machine->ip == BATCH_IP_DHCP || change_has_script(change))
		return 0;
	if (name_check(change, errors) < 0)
		return -1;
	if (machine->ip == BATCH_IP_AUTO && !network->ranges.count)
		return batch_machine_error(
			machine, "ip", errors,
			"network %s of %s has no IPv4 DHCP range to choose an address "
			"from%s",
			change->facts->config->network, change->facts->config->name,
			network->has_subnet ? "" : "; set ip = dhcp");
	if (machine->ip == BATCH_IP_AUTO)
		return 0;
	if (!network_has_address(network, machine->address))
		return batch_machine_error(machine, "ip", errors,
					   "not an address for a guest of network %s",
					   change->facts->config->network);
	holder = network_host_by_address(network, machine->address);
	if (holder && !(holder->has_mac && mac_equal(holder->mac, change->mac)))
		return batch_machine_error(machine, "ip", errors,
					   "reserved for %s already",
					   holder->name ? holder->name : "another MAC");
	return owner_check(change, errors);
}

/* A volume of another owner must not be overwritten or, later, deleted. */
static int volumes_check(const struct change *change, struct error_list *errors)
{
	static const enum machine_volume_kind kinds[] = {MACHINE_VOLUME_DISK,
							 MACHINE_VOLUME_DRIVE};
	int status = 0;

	for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
		CLEANUP(free_ptr)
		char *name = machine_volume_name(change->name, kinds[i]);
		CLEANUP(free_ptr) char *text = NULL;

		if (!facts_volume_find(change->facts, name))
			continue;
		text = orphan_volume_text(change->facts, name);
		status = batch_machine_error(change->machine, "name", errors, "%s", text);
	}
	return status;
}

/* What a machine's address looks like, where it is not known yet. */
static struct machine_address any_address(const struct change *change)
{
	return (struct machine_address){
		.known = change->machine->ip != BATCH_IP_DHCP,
		.address = lease_address_v4(change->facts->network.gateway)};
}

/* Renders what apply would, so that an error in a template is reported before it starts.
 */
static int templates_check(struct change *change, struct error_list *errors)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(machine_xml_free) struct machine_xml xml = {0};
	const struct machine_address address = any_address(change);

	if (machine_xml_make(change, &address, METADATA_CREATING, &xml, &error) == 0) {
		change->definition = TAKE(xml.domain);
		return 0;
	}
	return batch_machine_error(change->machine, "name", errors, "%s",
				   error_text(&error));
}

/* Runs start a machine when it is complete, and stop it before they delete: somebody else
 * has started this guest. */
static int start_check(const struct change *change, struct error_list *errors)
{
	const struct facts_domain *domain = change->domain;
	CLEANUP(free_ptr) char *command = NULL;

	if (!domain || !domain->active || !change_is_incomplete(change))
		return 0;
	command = virsh_text(facts_command_uri(change->facts), "destroy", change->name,
			     NULL);
	return batch_machine_error(change->machine, "name", errors,
				   "its %s was interrupted, but it runs: another user "
				   "has started it; to have it recreated: %s",
				   metadata_is_removed(&domain->metadata) ? "deletion"
									  : "creation",
				   command);
}

void plan_check_new(const struct changes *changes, struct change *change,
		    struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;
	const struct facts *facts = change->facts;
	size_t before = errors->count;

	start_check(change, errors);
	if (change->action == ACTION_CREATE)
		volumes_check(change, errors);
	if (change->domain && change->domain->macs.count)
		memcpy(change->mac, change->domain->macs.items[0].mac, MAC_SIZE);
	else
		mac_choose(changes, change, errors);
	if (facts->network.name)
		address_check(change, errors);
	if (machine->plan && machine->image && facts->arch && facts->images_pool.type)
		image_choose(change, errors);
	if (!change->image || !facts->root_pool.type || !facts->network.name ||
	    clone_choose(change, errors) < 0)
		return;
	change->hash = machine_hash(machine, change->image->id);
	if (errors->count == before && change->templates->vm && change->templates->volume)
		templates_check(change, errors);
}

static bool is_candidate(const struct change *change)
{
	for (size_t i = 0; i < change->machine->hypervisor_count; i++)
		if (change->machine->hypervisors[i] == change->facts->config)
			return true;
	return false;
}

/* The image that it should be based on; its own if that matches. */
static const char *image_wanted(struct change *change, struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;
	const struct metadata *metadata = &change->domain->metadata;
	CLEANUP(error_free) struct error error = {0};
	const struct facts_image *image;

	if (metadata->image_id)
		image = facts_image_find(change->facts, metadata->image_id, NULL, NULL);
	else
		image = NULL;
	if (image)
		image_set(change, image);
	if (machine_image_fits(machine, metadata))
		return metadata->image_id;
	image = facts_image_find(change->facts, machine->image, machine->arch, &error);
	if (image)
		return image->id;
	batch_machine_error(machine, "image", errors, "%s", error_text(&error));
	return NULL;
}

/* The capacity of the file that the disk writes to, else of the volume that was created
 * for it. 0: unknown. */
static uint64_t disk_bytes(const struct change *change)
{
	const struct facts *facts = change->facts;
	uint64_t wanted_bytes = change->machine->plan->disk_size_bytes;
	CLEANUP(free_ptr)
	char *name = machine_volume_name(change->name, MACHINE_VOLUME_DISK);
	CLEANUP(free_ptr)
	char *path = machine_volume_path(facts->root_pool.path, change->name,
					 MACHINE_VOLUME_DISK);
	const struct domain_disk *disk = domain_disks_root(&change->domain->disks, path);
	const struct facts_volume *volume = facts_volume_find(facts, name);

	if (disk && disk->capacity_bytes)
		return disk->capacity_bytes;
	if (!volume)
		return 0;
	return storage_capacity_is(volume->capacity_bytes, volume->is_block, wanted_bytes)
		       ? wanted_bytes
		       : volume->capacity_bytes;
}

/* What the template would make now; not known without its image. */
static void rendered_read(const struct change *change, struct domain_hardware *rendered)
{
	CLEANUP(xml_free) struct xml xml = {0};
	CLEANUP(free_ptr) char *text = NULL;

	if (!change->image || !change->templates->vm)
		return;
	text = machine_domain_xml(change, NULL);
	if (text && xml_parse(&xml, text, strlen(text), NULL) == 0)
		domain_hardware_read(&xml, rendered);
}

/* The guest's CPUs at its next start, as far as somebody has set them: the template may
 * keep some offline, which can be added later. */
static unsigned int cpus_found(const struct change *change,
			       const struct domain_hardware *rendered)
{
	const struct facts_domain *domain = change->domain;

	return rendered->cpus < rendered->cpus_max ? domain->cpus : domain->cpus_online;
}

/* The same for memory; a maximum that somebody has set differs as well. */
static uint64_t memory_found(const struct change *change,
			     const struct domain_hardware *rendered)
{
	const struct facts_domain *domain = change->domain;

	if (!rendered->is_known || !domain->hardware.memory_bytes ||
	    rendered->memory_bytes < rendered->memory_max_bytes ||
	    domain->memory_bytes > change->machine->plan->memory_bytes)
		return domain->memory_bytes;
	return domain->hardware.memory_bytes;
}

/* Whether its network was redefined, so that its reserved address is no longer there. */
static bool address_is_lost(const struct change *change)
{
	const struct network *network = &change->facts->network;
	const struct metadata_reservation *reservation =
		&change->domain->metadata.reservation;

	return reservation->network && !reservation->by_script && network->name &&
	       network->has_dhcp && !network_has_address(network, reservation->ip);
}

/* Compares the network of its NIC with what the template would connect it to. Without the
 * template, the network of its reservation is what it was created for. */
static void network_find(const struct change *change,
			 const struct domain_hardware *rendered,
			 struct machine_found *found, struct machine_wanted *wanted)
{
	const struct metadata_reservation *reservation =
		&change->domain->metadata.reservation;
	const struct domain_hardware *hardware = &change->domain->hardware;
	const struct hardware_nic *nic = domain_hardware_nic(hardware, change->mac);
	const struct hardware_nic *its = domain_hardware_nic(rendered, change->mac);
	const struct batch_hypervisor *config = change->facts->config;

	found->network = nic ? nic->source : NULL;
	if (its && hardware->is_known)
		wanted->network = its->source;
	else if (nic && reservation->network &&
		 text_equal(nic->source, reservation->network))
		wanted->network = config->network;
	wanted->network_changes = its && !config->network_script &&
				  !reservation->by_script && change->facts->network.name;
	wanted->address_is_lost = address_is_lost(change);
}

/* A domain that was adopted has been made from another template. */
static void template_compare(struct change *change,
			     const struct domain_hardware *rendered)
{
	const struct metadata *metadata = &change->domain->metadata;
	const struct hardware_pair pair = {.name = change->name,
					   .mac = change->mac,
					   .from = &change->domain->hardware,
					   .to = rendered};

	if (metadata->adopted || change->action == ACTION_ADOPT)
		return;
	hardware_template_compare(&pair, &change->diff);
}

/* A reservation that moves needs an address there. */
static void moved_address_check(const struct change *change, struct error_list *errors)
{
	array_foreach(difference, &change->diff.differences) {
		if (!difference->is_possible || (difference->field != MACHINE_NETWORK &&
						 difference->field != MACHINE_ADDRESS))
			continue;
		address_check(change, errors);
		return;
	}
}

/* A guest that was migrated away may run elsewhere: it is not started here. */
static int migrated_check(const struct change *change, struct error_list *errors)
{
	CLEANUP(free_ptr) char *command = NULL;

	if (!change->domain->was_migrated || change->action != ACTION_START)
		return 0;
	command = virsh_text(facts_command_uri(change->facts), "start", change->name,
			     NULL);
	return batch_machine_error(
		change->machine, "name", errors,
		"it was migrated from %s to another hypervisor; add that to the batch, "
		"or, if it no longer exists there, start it here: %s",
		change->facts->config->name, command);
}

void plan_check_existing(struct change *change, struct error_list *errors)
{
	const struct batch_machine *machine = change->machine;
	const struct facts_domain *domain = change->domain;
	const struct facts *facts = change->facts;
	CLEANUP(domain_hardware_free) struct domain_hardware rendered = {0};
	CLEANUP(free_ptr) char *drive_hash = NULL;
	struct machine_wanted wanted = {.machine = machine};
	struct machine_found found = {
		.metadata = &domain->metadata,
		.hypervisor = facts->config->name,
		/* Restored with the definition. */
		.autostart = domain->is_transient ? machine->autostart
						  : domain->autostart,
		.disk_grows = facts->root_pool.type &&
			      storage_pool_grows(facts->root_pool.type),
	};

	migrated_check(change, errors);
	if (!machine->plan || !machine->image || !facts->arch ||
	    !facts->images_pool.type || !facts->root_pool.type)
		return;
	wanted.image_id = image_wanted(change, errors);
	if (!wanted.image_id)
		return;
	clone_choose(change, errors);
	if (!is_candidate(change))
		wanted.hypervisor = machine->hypervisors[0]->name;
	if (facts->config->config_drive != BATCH_DRIVE_NONE)
		drive_hash = machine_drive_hash(machine, facts->config->config_drive);
	wanted.drive_hash = drive_hash;
	found.disk_bytes = disk_bytes(change);
	wanted.shows_userdata = facts->config->userdata_metadata;
	change->hash = machine_hash(machine, wanted.image_id);
	if (plan_faults_lost_autostart(change))
		found.autostart = true;
	rendered_read(change, &rendered);
	found.cpus = cpus_found(change, &rendered);
	found.memory_bytes = memory_found(change, &rendered);
	network_find(change, &rendered, &found, &wanted);
	machine_diff(&found, &wanted, &change->diff);
	template_compare(change, &rendered);
	moved_address_check(change, errors);
	if (change->diff.differences.count && change->action != ACTION_ADOPT)
		change->action = ACTION_CHANGE;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a machine needs on its hypervisor, looked at before anything is changed. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "common/virt.h"
#include "provision/plan/identity.h"
#include "provision/plan/machine_hash.h"
#include "provision/machine/machine_xml.h"
#include "provision/machine/orphans.h"
#include "provision/machine/address_script.h"
#include "provision/plan/plan_check.h"

/* MACs of machines that are planned before this one count as taken. */
static bool mac_is_planned(const struct plan *plan, const struct plan_item *item,
			   const uint8_t mac[static MAC_SIZE])
{
	for (const struct plan_item *other = plan->items.items; other < item; other++)
		if (other->host == item->host && mac_equal(other->mac, mac))
			return true;
	return false;
}

static int mac_choose(const struct plan *plan, struct plan_item *item,
		      struct error_list *errors)
{
	uuid_t uuid;

	uuid_parse(item->uuid, uuid);
	for (unsigned int attempt = 0; attempt < IDENTITY_ATTEMPTS; attempt++) {
		identity_mac(uuid, attempt, item->mac);
		if (!host_mac_taken(item->host, item->mac) &&
		    !mac_is_planned(plan, item, item->mac))
			return 0;
	}
	return batch_machine_error(item->machine, "name", errors, "no MAC is free on %s",
				   item->host->config->name);
}

int plan_check_image_size(const struct batch_machine *machine,
			  const struct host_image *image, struct error *error)
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

static void image_set(struct plan_item *item, const struct host_image *image)
{
	item->image = image;
	item->arch = image_arch_libvirt(image->name.arch);
}

static int image_choose(struct plan_item *item, struct error_list *errors)
{
	const struct batch_machine *machine = item->machine;
	CLEANUP(error_free) struct error error = {0};
	const struct host_image *image = host_image_find(item->host, machine->image,
							 machine->arch, &error);

	if (!image)
		return batch_machine_error(machine, "image", errors, "%s",
					   error_text(&error));
	image_set(item, image);
	item->domain_type = host_domain_type(item->host, item->arch);
	if (plan_check_image_size(machine, image, &error) < 0)
		return batch_machine_error(machine, "plan", errors, "%s",
					   error_text(&error));
	return 0;
}

static int clone_choose(struct plan_item *item, struct error_list *errors)
{
	const struct host *host = item->host;
	const struct storage_pools pools = host_pools(host);
	CLEANUP(error_free) struct error error = {0};
	const char *format = item->image ? image_format_word(item->image->name.format)
					 : "";

	if (storage_clone_choose(&pools, host->config->clone, format, &item->clone,
				 &error) == 0)
		return 0;
	return batch_hypervisor_error(host->config, "clone", errors, "%s",
				      error_text(&error));
}

/* libvirt takes each name once. */
static int name_check(const struct plan_item *item, struct error_list *errors)
{
	const struct network_host *holder = network_host_by_name(&item->host->network,
								 item->name);
	CLEANUP(free_ptr) char *text = NULL;

	if (!holder || item->action != PLAN_CREATE)
		return 0;
	text = orphan_reservation_text(item->host, holder);
	return batch_machine_error(item->machine, "name", errors, "%s", text);
}

static int address_check(const struct plan_item *item, struct error_list *errors)
{
	const struct batch_machine *machine = item->machine;
	const struct network *network = &item->host->network;
	const struct network_host *holder;

	if (machine->ip == BATCH_IP_DHCP || address_script_has(item))
		return 0;
	if (name_check(item, errors) < 0)
		return -1;
	if (machine->ip == BATCH_IP_AUTO && !network->ranges.count)
		return batch_machine_error(
			machine, "ip", errors,
			"network %s of %s has no DHCP range to pick from",
			item->host->config->network, item->host->config->name);
	if (machine->ip == BATCH_IP_AUTO)
		return 0;
	if (!network_has_address(network, machine->address))
		return batch_machine_error(machine, "ip", errors,
					   "not an address for a guest of network %s",
					   item->host->config->network);
	holder = network_host_by_address(network, machine->address);
	if (holder && !(holder->has_mac && mac_equal(holder->mac, item->mac)))
		return batch_machine_error(machine, "ip", errors,
					   "reserved for %s already",
					   holder->name ? holder->name : "another MAC");
	return 0;
}

/* Nobody else's volume is to be overwritten or, later, deleted. */
static int volumes_check(const struct plan_item *item, struct error_list *errors)
{
	static const char *const suffixes[] = {MACHINE_DISK_SUFFIX, MACHINE_DRIVE_SUFFIX};
	int status = 0;

	for (size_t i = 0; i < ARRAY_LENGTH(suffixes); i++) {
		CLEANUP(free_ptr)
		char *name = mem_format("%s%s", item->name, suffixes[i]);

		CLEANUP(free_ptr) char *text = NULL;

		if (!host_has_volume(item->host, name))
			continue;
		text = orphan_volume_text(item->host, name);
		status = batch_machine_error(item->machine, "name", errors, "%s", text);
	}
	return status;
}

/* Renders what apply would, so that a template's mistake is known before it starts. */
static int templates_check(const struct plan_item *item, struct error_list *errors)
{
	CLEANUP(error_free) struct error error = {0};
	CLEANUP(machine_xml_free) struct machine_xml xml = {0};
	const struct machine_address address = {.known = item->machine->ip !=
							 BATCH_IP_DHCP,
						.address = item->host->network.gateway};

	if (machine_xml_make(item, &address, METADATA_CREATING, &xml, &error) == 0)
		return 0;
	return batch_machine_error(item->machine, "name", errors, "%s",
				   error_text(&error));
}

void plan_check_new(const struct plan *plan, struct plan_item *item,
		    struct error_list *errors)
{
	const struct batch_machine *machine = item->machine;
	const struct host *host = item->host;
	size_t before = errors->count;

	if (item->action == PLAN_CREATE)
		volumes_check(item, errors);
	if (item->domain && item->domain->macs.count)
		memcpy(item->mac, item->domain->macs.items[0].mac, MAC_SIZE);
	else
		mac_choose(plan, item, errors);
	if (host->network.name)
		address_check(item, errors);
	if (machine->plan && machine->image && host->arch && host->images_pool.type)
		image_choose(item, errors);
	if (!item->image || !host->root_pool.type || !host->network.name ||
	    clone_choose(item, errors) < 0)
		return;
	item->hash = machine_hash(machine, item->image->id);
	if (errors->count == before && host->vm_template && host->volume_template)
		templates_check(item, errors);
}

static bool is_candidate(const struct plan_item *item)
{
	for (size_t i = 0; i < item->machine->hypervisor_count; i++)
		if (item->machine->hypervisors[i] == item->host->config)
			return true;
	return false;
}

/* The image that it should have been made of; its own when that will do. */
static const char *image_wanted(struct plan_item *item, struct error_list *errors)
{
	const struct batch_machine *machine = item->machine;
	const struct metadata *metadata = &item->domain->metadata;
	CLEANUP(error_free) struct error error = {0};
	const struct host_image *image;

	if (metadata->image_id)
		image = host_image_find(item->host, metadata->image_id, NULL, NULL);
	else
		image = NULL;
	if (image)
		image_set(item, image);
	if (machine_image_fits(machine, metadata))
		return metadata->image_id;
	image = host_image_find(item->host, machine->image, machine->arch, &error);
	if (image)
		return image->id;
	batch_machine_error(machine, "image", errors, "%s", error_text(&error));
	return NULL;
}

/* Of the file that the disk writes to; of the volume that was created where the
 * hypervisor does not say. */
static uint64_t disk_bytes(const struct plan_item *item)
{
	const struct host *host = item->host;
	uint64_t wanted_bytes = item->machine->plan->disk_size_bytes;
	CLEANUP(free_ptr)
	char *name = mem_format("%s%s", item->name, MACHINE_DISK_SUFFIX);
	CLEANUP(free_ptr) char *path = mem_format("%s/%s", host->root_pool.path, name);
	const struct domain_disk *disk = domain_disks_root(&item->domain->disks, path);
	CLEANUP(virDomainFree_ptr) virDomainPtr domain = NULL;
	virDomainBlockInfo info;

	if (disk && disk->chain.count && strcmp(disk->chain.items[0], path))
		domain = virDomainLookupByUUIDString(host->connection, item->uuid);
	if (domain && virDomainGetBlockInfo(domain, disk->target, &info, 0) == 0)
		return info.capacity;
	return host_volume_size(host, name, wanted_bytes);
}

void plan_check_there(struct plan_item *item, struct error_list *errors)
{
	const struct batch_machine *machine = item->machine;
	const struct host_domain *domain = item->domain;
	struct host *host = item->host;
	CLEANUP(free_ptr) char *drive_hash = NULL;
	struct machine_wanted wanted = {.machine = machine};
	struct machine_found found = {
		.metadata = &domain->metadata,
		.hypervisor = host->config->name,
		.memory_bytes = domain->memory_bytes,
		.cpus = domain->cpus,
		.autostart = domain->autostart,
		.disk_grows = host->root_pool.type &&
			      storage_pool_grows(host->root_pool.type),
	};

	if (domain->macs.count)
		memcpy(item->mac, domain->macs.items[0].mac, MAC_SIZE);
	if (!machine->plan || !machine->image || !host->arch || !host->images_pool.type ||
	    !host->root_pool.type)
		return;
	wanted.image_id = image_wanted(item, errors);
	if (!wanted.image_id)
		return;
	clone_choose(item, errors);
	if (!is_candidate(item))
		wanted.hypervisor = machine->hypervisors[0]->name;
	if (host->config->config_drive != BATCH_DRIVE_NONE)
		drive_hash = machine_drive_hash(machine, host->config->config_drive);
	wanted.drive_hash = drive_hash;
	found.disk_bytes = disk_bytes(item);
	wanted.shows_userdata = host->config->userdata_metadata;
	item->hash = machine_hash(machine, wanted.image_id);
	machine_diff(&found, &wanted, &item->diff);
	if (item->diff.changes.count && item->action != PLAN_ADOPT)
		item->action = PLAN_CHANGE;
}

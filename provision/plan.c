/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plan: what is to be done about each machine of a batch, decided before anything is.
 */
#define _GNU_SOURCE
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "common/text.h"
#include "provision/identity.h"
#include "provision/machine_hash.h"
#include "provision/machine_xml.h"
#include "provision/plan.h"

const char *plan_action_name(enum plan_action action)
{
	static const char *const names[] = {[PLAN_CREATE] = "create",
					    [PLAN_RESUME] = "resume",
					    [PLAN_START] = "start",
					    [PLAN_KEEP] = "keep",
					    [PLAN_FAIL] = "fail"};

	return names[action];
}

static bool filter_takes(const struct plan_filter *filter, const char *name)
{
	bool named = !filter || !filter->machine_count;

	if (!filter)
		return true;
	for (size_t i = 0; i < filter->machine_count; i++)
		if (!strcmp(filter->machines[i], name))
			named = true;
	return named && (!filter->only || fnmatch(filter->only, name, 0) == 0);
}

int plan_filter_check(const struct plan_filter *filter, const struct batch *batch,
		      struct error_list *errors)
{
	CLEANUP(free_ptr)
	const char **names = mem_zero(batch->machines.count, sizeof(*names));
	size_t count = 0, before = errors->count;
	bool any = false;

	array_foreach(machine, &batch->machines) {
		names[count++] = machine->name;
		any = any || filter_takes(filter, machine->name);
	}
	for (size_t i = 0; i < filter->machine_count; i++) {
		const char *name = filter->machines[i], *nearest;

		if (batch_machine_find(batch, name))
			continue;
		nearest = text_nearest(name, names, count);
		error_list_add(errors, "no machine \"%s\" in the batch%s%s%s", name,
			       nearest ? "; is \"" : "", nearest ? nearest : "",
			       nearest ? "\" meant?" : "");
	}
	if (!any && count && filter->only && errors->count == before)
		error_list_add(errors, "--only %s fits no machine of the batch",
			       filter->only);
	return errors->count > before ? -1 : 0;
}

static bool host_is_used(const struct plan *plan, const struct batch_hypervisor *config)
{
	array_foreach(machine, &plan->batch->machines) {
		if (machine->hypervisor == config &&
		    filter_takes(plan->filter, machine->name))
			return true;
	}
	return false;
}

int plan_survey(const struct batch *batch, unsigned int parts, struct plan *plan,
		struct error_list *errors)
{
	size_t before = errors->count;

	plan->batch = batch;
	plan->hosts = mem_zero(batch->hypervisors.count, sizeof(*plan->hosts));
	for (size_t i = 0; i < batch->hypervisors.count; i++) {
		struct plan_host *found = &plan->hosts[i];
		const struct batch_hypervisor *config = &batch->hypervisors.items[i];

		if (!host_is_used(plan, config))
			continue;
		if (host_open(&found->host, config, &found->unreachable) == 0)
			host_survey(&found->host, parts, errors);
	}
	return errors->count > before ? -1 : 0;
}

void plan_free(struct plan *plan)
{
	if (!plan || !plan->batch)
		return;
	for (size_t i = 0; i < plan->batch->hypervisors.count; i++) {
		host_free(&plan->hosts[i].host);
		error_free(&plan->hosts[i].unreachable);
	}
	array_foreach(item, &plan->items)
		free(item->hash);
	free(plan->items.items);
	free(plan->hosts);
	*plan = (struct plan){0};
}

bool plan_owns(const struct plan *plan, const struct host_domain *domain,
	       const struct batch_machine *machine)
{
	char text[UUID_STR_LEN];
	uuid_t uuid;

	identity_uuid(plan->batch->name, machine->name, uuid, text);
	return domain->metadata.has_tools && domain->metadata.batch &&
	       !strcmp(domain->metadata.batch, plan->batch->name) &&
	       !strcasecmp(domain->uuid, text);
}

/* MACs of machines that are planned before this one count as taken. */
static bool mac_is_planned(const struct plan *plan, const struct plan_item *item,
			   const uint8_t mac[static MAC_SIZE])
{
	for (const struct plan_item *other = plan->items.items; other < item; other++)
		if (other->host == item->host && mac_equal(other->mac, mac))
			return true;
	return false;
}

static int mac_choose(const struct plan *plan, struct plan_item *item, const uuid_t uuid,
		      struct error_list *errors)
{
	for (unsigned int attempt = 0; attempt < IDENTITY_ATTEMPTS; attempt++) {
		identity_mac(uuid, attempt, item->mac);
		if (!host_mac_taken(item->host, item->mac) &&
		    !mac_is_planned(plan, item, item->mac))
			return 0;
	}
	return batch_machine_error(item->machine, "name", errors, "no MAC is free on %s",
				   item->host->config->name);
}

static int image_choose(struct plan_item *item, struct error_list *errors)
{
	const struct batch_machine *machine = item->machine;
	CLEANUP(error_free) struct error error = {0};
	char image_size[NUM_SIZE_TEXT_MAX], disk_size[NUM_SIZE_TEXT_MAX];

	item->image = host_image_find(item->host, machine->image, machine->arch, &error);
	if (!item->image)
		return batch_machine_error(machine, "image", errors, "%s",
					   error_text(&error));
	item->arch = image_arch_libvirt(item->image->name.arch);
	item->domain_type = host_domain_type(item->host, item->arch);
	if (machine->plan->disk_size_bytes &&
	    item->image->virtual_size_bytes > machine->plan->disk_size_bytes)
		return batch_machine_error(
			machine, "plan", errors,
			"the disk of plan %s is %s, image %s needs %s",
			machine->plan->name,
			num_size_text(machine->plan->disk_size_bytes, disk_size),
			item->image->id,
			num_size_text(item->image->virtual_size_bytes, image_size));
	return 0;
}

static int clone_choose(struct plan_item *item, struct error_list *errors)
{
	const struct host *host = item->host;
	CLEANUP(error_free) struct error error = {0};

	if (storage_clone_choose(host->config->clone, host->images_pool.type,
				 host->root_pool.type, &item->clone, &error) == 0)
		return 0;
	return batch_hypervisor_error(host->config, "clone", errors, "%s",
				      error_text(&error));
}

static int address_check(const struct plan_item *item, struct error_list *errors)
{
	const struct batch_machine *machine = item->machine;
	const struct network *network = &item->host->network;
	const struct network_host *holder;

	if (machine->ip == BATCH_IP_DHCP)
		return 0;
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
		char *name = mem_format("%s%s", item->machine->name, suffixes[i]);

		if (host_has_volume(item->host, name))
			status = batch_machine_error(
				item->machine, "name", errors,
				"volume %s is in pool %s of %s already", name,
				item->host->root_pool.name, item->host->config->name);
	}
	return status;
}

/* Decides by what is there under the machine's name. */
static int action_choose(const struct plan *plan, struct plan_item *item,
			 struct error_list *errors)
{
	const struct batch_machine *machine = item->machine;
	const struct host_domain *other;

	item->domain = host_domain_find(item->host, machine->name);
	if (!item->domain) {
		other = host_domain_by_uuid(item->host, item->uuid);
		if (other)
			return batch_machine_error(
				machine, "name", errors,
				"domain %s on %s has the UUID of machine %s", other->name,
				item->host->config->name, machine->name);
		item->action = PLAN_CREATE;
		return 0;
	}
	if (!plan_owns(plan, item->domain, machine))
		return batch_machine_error(
			machine, "name", errors,
			"%s: the name is taken on %s by a domain that is "
			"not of this batch",
			machine->name, item->host->config->name);
	if (item->domain->metadata.state != METADATA_READY)
		item->action = PLAN_RESUME;
	else
		item->action = item->domain->active ? PLAN_KEEP : PLAN_START;
	return 0;
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
	return batch_machine_error(item->machine, "name", errors, "%s: %s",
				   item->machine->name, error_text(&error));
}

/*
 * Some of what a machine needs may be missing, in the batch or on the hypervisor, and is
 * in the list of errors already; the rest is looked at all the same.
 */
static void item_plan(struct plan *plan, struct plan_item *item,
		      struct error_list *errors)
{
	const struct batch_machine *machine = item->machine;
	const struct host *host = item->host;
	size_t before = errors->count;
	uuid_t uuid;

	identity_uuid(plan->batch->name, machine->name, uuid, item->uuid);
	if (action_choose(plan, item, errors) < 0)
		return;
	if (!item->domain)
		volumes_check(item, errors);
	if (item->domain && item->domain->macs.count)
		memcpy(item->mac, item->domain->macs.items[0].mac, MAC_SIZE);
	else
		mac_choose(plan, item, uuid, errors);
	if (host->network.name)
		address_check(item, errors);
	if (machine->plan && machine->image && host->arch && host->images_pool.type)
		image_choose(item, errors);
	if (!item->image || !host->root_pool.type || !host->network.name ||
	    clone_choose(item, errors) < 0)
		return;
	item->hash = machine_hash(machine, item->image->id);
	item->differs = item->domain &&
			(!item->domain->metadata.input_hash ||
			 strcmp(item->domain->metadata.input_hash, item->hash));
	if (errors->count == before && host->vm_template && host->volume_template)
		templates_check(item, errors);
}

/* Items for all machines; `plan_one` is for those whose hypervisor was reached. */
static int items_make(struct plan *plan, struct error_list *errors,
		      void (*plan_one)(struct plan *, struct plan_item *,
				       struct error_list *))
{
	const struct batch *batch = plan->batch;
	size_t before = errors->count;

	plan->items.items = mem_zero(batch->machines.count, sizeof(*plan->items.items));
	plan->items.capacity = batch->machines.count;
	array_foreach(machine, &batch->machines) {
		struct plan_item *item;
		struct plan_host *found;

		if (!machine->hypervisor || !filter_takes(plan->filter, machine->name))
			continue;
		item = &plan->items.items[plan->items.count++];
		found = &plan->hosts[machine->hypervisor - batch->hypervisors.items];
		item->machine = machine;
		item->batch = batch->name;
		item->creator = plan->creator;
		item->host = &found->host;
		if (found->host.connection) {
			plan_one(plan, item, errors);
		} else {
			item->action = PLAN_FAIL;
			item->reason = error_text(&found->unreachable);
		}
	}
	return errors->count > before ? -1 : 0;
}

static void item_find(struct plan *plan, struct plan_item *item,
		      struct error_list *errors)
{
	uuid_t uuid;

	identity_uuid(plan->batch->name, item->machine->name, uuid, item->uuid);
	identity_mac(uuid, 0, item->mac);
	if (action_choose(plan, item, errors) == 0 && item->domain &&
	    item->domain->macs.count)
		memcpy(item->mac, item->domain->macs.items[0].mac, MAC_SIZE);
}

int plan_find(struct plan *plan, struct error_list *errors)
{
	return items_make(plan, errors, item_find);
}

int plan_make(struct plan *plan, struct error_list *errors)
{
	return items_make(plan, errors, item_plan);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The changes of a batch: what has to be done for each machine. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "provision/host/metadata_write.h"
#include "provision/plan/domain_owner.h"
#include "provision/plan/changes.h"
#include "provision/batch/identity.h"
#include "provision/batch/machine_volume.h"

void changes_free(struct changes *changes)
{
	if (!changes)
		return;
	array_foreach(change, &changes->list) {
		free(change->placement);
		free(change->hash);
		free(change->definition);
		free(change->reason);
		free(change->leftovers.items);
		free(change->copies.items);
		array_foreach(fault, &change->faults)
			free(fault->text);
		free(change->faults.items);
		metadata_free(change->adopted);
		free(change->adopted);
		metadata_free(change->deleted);
		free(change->deleted);
		machine_diff_free(&change->diff);
		machine_diff_free(&change->waits);
	}
	free(changes->list.items);
	free(changes->space);
	error_list_free(&changes->warnings);
	*changes = (struct changes){0};
}

const char *change_action_name(enum change_action action)
{
	static const char *const names[] = {
		[ACTION_CREATE] = "create",   [ACTION_RESUME] = "resume",
		[ACTION_CHANGE] = "change",   [ACTION_START] = "start",
		[ACTION_KEEP] = "keep",	      [ACTION_CLEAN] = "clean",
		[ACTION_RESTORE] = "restore", [ACTION_UNLISTED] = "unlisted",
		[ACTION_DELETE] = "delete",   [ACTION_ABSENT] = "absent",
		[ACTION_ADOPT] = "adopt",     [ACTION_FAIL] = "fail"};

	return names[action];
}

bool changes_own(const struct changes *changes, const struct facts_domain *domain)
{
	return domain_owner_find(changes->input.batch, domain) == OWNER_THIS;
}

bool changes_take(const struct changes *changes, const struct facts_domain *domain)
{
	enum domain_owner owner = domain_owner_find(changes->input.batch, domain);

	return owner == OWNER_THIS ||
	       (changes->input.adopts &&
		(owner == OWNER_BATCH || owner == OWNER_VMANGO ||
		 domain_owner_is_dropped(changes->input.batch, domain)));
}

bool changes_host_is_unknown(const struct changes *changes, const struct facts *facts)
{
	if (facts->is_reached)
		return false;
	for (size_t i = 0; i < changes->input.lost_count; i++)
		if (!strcmp(changes->input.lost[i], facts->config->name))
			return false;
	return true;
}

struct change_fault *change_fault_add(struct change *change, enum fault_kind kind,
				      char *text)
{
	struct change_fault *fault = array_add(&change->faults);

	*fault = (struct change_fault){.kind = kind, .text = text};
	return fault;
}

bool change_is_protected(const struct change *change)
{
	const struct metadata *metadata = change->domain ? &change->domain->metadata
							 : NULL;

	if (!metadata || metadata->state != METADATA_READY)
		return false;
	return metadata->protect || (change->machine && change->machine->protect);
}

struct change *change_add(struct changes *changes, const char *name)
{
	struct change *change = &changes->list.items[changes->list.count++];
	const char *path = changes->input.batch->path;
	uuid_t uuid;

	change->name = name;
	change->batch = changes->input.batch->name;
	change->creator = changes->input.creator;
	change->token = changes->input.token;
	if (path && strlen(path) <= METADATA_FILE_MAX &&
	    metadata_can_hold(path, strlen(path)))
		change->batch_file = path;
	identity_uuid(change->batch, name, uuid, change->uuid);
	identity_mac(uuid, 0, change->mac);
	return change;
}

void change_take_domain(struct change *change)
{
	const struct facts_domain *domain = change->domain;

	memcpy(change->uuid, domain->uuid, sizeof(change->uuid));
	if (domain->metadata.reservation.network && domain->hardware.is_known)
		memcpy(change->mac, domain->metadata.reservation.mac, MAC_SIZE);
	else if (domain->macs.count)
		memcpy(change->mac, domain->macs.items[0].mac, MAC_SIZE);
}

size_t changes_index(const struct changes *changes,
		     const struct batch_hypervisor *hypervisor)
{
	return (size_t)(hypervisor - changes->input.batch->hypervisors.items);
}

void change_place(const struct changes *changes, struct change *change,
		  const struct facts *facts)
{
	change->facts = facts;
	change->templates =
		&changes->input.templates[changes_index(changes, facts->config)];
}

/* A removal deletes the volumes one by one, and drops each from the metadata. */
static bool names_disks(const struct facts_domain *domain)
{
	bool has_disk = false, has_drive = !domain->metadata.drive_hash;

	array_foreach(volume, &domain->metadata.volumes) {
		bool is_drive = machine_volume_is_drive(domain->name, volume->name);

		has_disk = has_disk || !is_drive;
		has_drive = has_drive || is_drive;
	}
	return has_disk && has_drive;
}

bool change_is_incomplete(const struct change *change)
{
	return change->domain && change->domain->metadata.state != METADATA_READY &&
	       !(change->domain->metadata.state == METADATA_REMOVING &&
		 names_disks(change->domain));
}

bool change_is_taken_back(const struct change *change)
{
	return change->action == ACTION_RESUME && change->domain->active &&
	       !change_is_incomplete(change);
}

bool change_is_detached(const struct change *change)
{
	const struct hardware_nic *nic = domain_hardware_nic(&change->domain->live,
							     change->mac);

	return nic && nic->is_detached;
}

bool change_has_script(const struct change *change)
{
	return change->facts->config->network_script && change->machine &&
	       change->machine->ip != BATCH_IP_DHCP;
}

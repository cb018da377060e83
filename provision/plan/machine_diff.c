/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The differences between an existing machine and its batch. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "provision/host/metadata_write.h"
#include "common/buf.h"
#include "common/cleanup.h"
#include "common/num.h"
#include "imagetool/image_name.h"
#include "provision/plan/machine_diff.h"
#include "provision/batch/machine_hash.h"

static const uint64_t MEGABYTE = UINT64_C(1) << 20;

const char *machine_field_name(enum machine_field field)
{
	static const char *const names[] = {
		[MACHINE_HYPERVISOR] = "Hypervisor",
		[MACHINE_IMAGE] = "ImageId",
		[MACHINE_NETWORK] = "Network",
		[MACHINE_ADDRESS] = "Ip.Address",
		[MACHINE_PLAN] = "Plan",
		[MACHINE_MEMORY] = "Memory",
		[MACHINE_CPUS] = "Cpus",
		[MACHINE_DISK_SIZE] = "RootDisk.Size",
		[MACHINE_AUTOSTART] = "Autostart",
		[MACHINE_KEYS] = "SSHKeys",
		[MACHINE_USERDATA] = "Userdata",
		[MACHINE_CONFIG_DRIVE] = "ConfigDrive",
		[MACHINE_PROTECT] = "Protect",
		[MACHINE_NIC_MODEL] = "Nic.Model",
		[MACHINE_NIC_LINK] = "Nic.Link",
		[MACHINE_DISK_BUS] = "Disk",
		[MACHINE_DOMAIN_TYPE] = "DomainType",
		[MACHINE_TYPE] = "MachineType",
		[MACHINE_CPU_MODE] = "CpuMode",
		[MACHINE_FIRMWARE] = "Firmware",
	};

	return names[field];
}

const char *machine_difference_how(const struct machine_difference *difference)
{
	if (difference->is_waiting)
		return "next start";
	return difference->is_possible ? "in place" : "not possible";
}

void machine_diff_free(struct machine_diff *diff)
{
	if (!diff)
		return;
	array_foreach(difference, &diff->differences) {
		free(difference->from);
		free(difference->to);
	}
	free(diff->differences.items);
	*diff = (struct machine_diff){0};
}

const struct machine_difference *machine_diff_find(const struct machine_diff *diff,
						   enum machine_field field)
{
	array_foreach(difference, &diff->differences) {
		if (difference->field == field)
			return difference;
	}
	return NULL;
}

bool machine_diff_is_possible(const struct machine_diff *diff)
{
	array_foreach(difference, &diff->differences) {
		if (difference->is_possible)
			return true;
	}
	return false;
}

bool machine_diff_is_impossible(const struct machine_diff *diff)
{
	array_foreach(difference, &diff->differences) {
		if (!difference->is_possible)
			return true;
	}
	return false;
}

bool machine_diff_needs_update(const struct machine_diff *diff)
{
	array_foreach(difference, &diff->differences) {
		if (difference->field != MACHINE_PROTECT)
			return true;
	}
	return false;
}

bool machine_diff_needs_drive(const struct machine_diff *diff)
{
	array_foreach(difference, &diff->differences) {
		if (difference->is_possible &&
		    (difference->field == MACHINE_KEYS ||
		     difference->field == MACHINE_USERDATA ||
		     difference->field == MACHINE_CONFIG_DRIVE))
			return true;
	}
	return false;
}

char *machine_diff_text(const struct machine_diff *diff, bool with_records)
{
	struct buf text = {0};

	array_foreach(difference, &diff->differences) {
		if (difference->field == MACHINE_PROTECT && !with_records)
			continue;
		buf_format(&text, "%s%s: %s -> %s%s", text.size ? "; " : "",
			   machine_field_name(difference->field), difference->from,
			   difference->to,
			   difference->is_waiting    ? " (next start)"
			   : difference->is_possible ? ""
						     : " (not possible)");
	}
	return text.size ? buf_take(&text) : mem_string("");
}

void machine_diff_add(struct machine_diff *diff, enum machine_field field, char *from,
		      char *to, bool is_possible)
{
	*array_add(&diff->differences) = (struct machine_difference){
		.field = field, .from = from, .to = to, .is_possible = is_possible};
}

static void text_compare(struct machine_diff *diff, enum machine_field field,
			 const char *from, const char *to, bool is_possible)
{
	if (strcmp(from ? from : "", to ? to : ""))
		machine_diff_add(diff, field, mem_string(from && *from ? from : "none"),
				 mem_string(to && *to ? to : "none"), is_possible);
}

static char *size_text(uint64_t bytes)
{
	char text[NUM_SIZE_TEXT_MAX];

	return mem_string(num_size_text(bytes, text));
}

static uint64_t megabytes(uint64_t bytes)
{
	return (bytes + MEGABYTE - 1) / MEGABYTE;
}

static void sizes_compare(const struct machine_found *found,
			  const struct batch_plan *plan, struct machine_diff *diff)
{
	uint64_t disk = megabytes(found->disk_bytes);
	uint64_t disk_wanted = megabytes(plan->disk_size_bytes);

	if (found->memory_bytes &&
	    megabytes(found->memory_bytes) != megabytes(plan->memory_bytes))
		machine_diff_add(diff, MACHINE_MEMORY, size_text(found->memory_bytes),
				 size_text(plan->memory_bytes), true);
	if (found->cpus && found->cpus != plan->cpus)
		machine_diff_add(diff, MACHINE_CPUS, mem_format("%u", found->cpus),
				 mem_format("%u", plan->cpus), true);
	if (disk && disk != disk_wanted)
		machine_diff_add(diff, MACHINE_DISK_SIZE, size_text(found->disk_bytes),
				 size_text(plan->disk_size_bytes),
				 disk < disk_wanted && found->disk_grows);
}

bool machine_image_fits(const struct batch_machine *machine,
			const struct metadata *metadata)
{
	struct image_name name;

	if (!metadata->image_id)
		return false;
	if (!strcmp(metadata->image_id, machine->image))
		return true;
	return image_name_parse(metadata->image_id, strlen(metadata->image_id), &name,
				NULL) == 0 &&
	       !strcasecmp(name.os, machine->image) &&
	       (!machine->arch || !strcmp(image_arch_libvirt(name.arch), machine->arch));
}

static void image_compare(const struct machine_found *found,
			  const struct machine_wanted *wanted, struct machine_diff *diff)
{
	const char *image = wanted->image_id ? wanted->image_id : wanted->machine->image;

	if (!machine_image_fits(wanted->machine, found->metadata))
		text_compare(diff, MACHINE_IMAGE, found->metadata->image_id, image,
			     false);
}

static void network_compare(const struct machine_found *found,
			    const struct machine_wanted *wanted,
			    struct machine_diff *diff)
{
	if (wanted->network)
		text_compare(diff, MACHINE_NETWORK, found->network, wanted->network,
			     wanted->network_changes);
}

/* With ip = auto, any reserved address of the network matches. */
static void address_compare(const struct machine_found *found,
			    const struct machine_wanted *wanted,
			    struct machine_diff *diff)
{
	const struct batch_machine *machine = wanted->machine;
	bool moves = wanted->network_changes &&
		     (wanted->address_is_lost ||
		      machine_diff_find(diff, MACHINE_NETWORK));
	const struct metadata_reservation *reservation = &found->metadata->reservation;
	char found_text[INET_ADDRSTRLEN], wanted_text[INET_ADDRSTRLEN];
	const char *from = "dhcp", *to = "dhcp";

	if (reservation->network)
		from = inet_ntop(AF_INET, &reservation->ip, found_text,
				 sizeof(found_text));
	if (machine->ip == BATCH_IP_ADDRESS)
		to = inet_ntop(AF_INET, &machine->address, wanted_text,
			       sizeof(wanted_text));
	else if (machine->ip == BATCH_IP_AUTO)
		to = reservation->network && !wanted->address_is_lost ? from : "auto";
	text_compare(diff, MACHINE_ADDRESS, from, to, moves);
}

static char *keys_text(const struct batch_machine *machine)
{
	struct buf text = {0};

	for (size_t i = 0; i < machine->key_count; i++)
		buf_format(&text, "%s%s", i ? ", " : "", machine->keys[i]->name);
	return text.size ? buf_take(&text) : mem_string("none");
}

static char *found_keys_text(const struct metadata *metadata)
{
	struct buf text = {0};

	array_foreach(key, &metadata->keys)
		buf_format(&text, "%s%s", text.size ? ", " : "", key->name);
	return text.size ? buf_take(&text) : mem_string("none");
}

/* Recorded facts have only the hash of a key. */
static bool key_is(const struct metadata_key *found, const struct batch_ssh_key *wanted)
{
	CLEANUP(free_ptr) char *hash = NULL;

	if (strcmp(found->name, wanted->name))
		return false;
	if (!machine_key_is_hash(found->public))
		return !strcmp(found->public, wanted->public_key);
	hash = machine_key_hash(wanted->public_key);
	return !strcmp(found->public, hash);
}

static bool keys_equal(const struct metadata *metadata,
		       const struct batch_machine *machine)
{
	if (metadata->keys.count != machine->key_count)
		return false;
	for (size_t i = 0; i < machine->key_count; i++)
		if (!key_is(&metadata->keys.items[i], machine->keys[i]))
			return false;
	return true;
}

static void keys_compare(const struct metadata *metadata,
			 const struct batch_machine *machine, struct machine_diff *diff)
{
	char *from, *to;

	if (keys_equal(metadata, machine))
		return;
	from = found_keys_text(metadata);
	to = keys_text(machine);
	if (!strcmp(from, to)) {
		free(to);
		to = mem_format("%s (other keys)", from);
	}
	machine_diff_add(diff, MACHINE_KEYS, from, to, true);
}

static char *userdata_text(const char *hash, size_t size)
{
	return hash ? mem_format("%zu bytes (%.8s)", size, hash) : mem_string("none");
}

/* Metadata of version 0.1 have no hash, and XML does not allow every text; such a text is
 * compared by the config drive's hash. */
static void userdata_compare(const struct metadata *metadata,
			     const struct batch_machine *machine,
			     struct machine_diff *diff)
{
	size_t size = machine->userdata_size;
	size_t found_size = metadata->userdata ? metadata->userdata_size : 0;
	CLEANUP(free_ptr)
	char *wanted = size ? machine_data_hash(machine->userdata, size) : NULL;
	CLEANUP(free_ptr)
	char *text = found_size ? machine_data_hash(metadata->userdata, found_size)
				: NULL;
	const char *found = text ? text : metadata->userdata_hash;

	if (!text)
		found_size = metadata->userdata_hash_size;
	if (wanted && !metadata->userdata_hash &&
	    !metadata_can_hold(machine->userdata, size))
		return;
	if (strcmp(found ? found : "", wanted ? wanted : ""))
		machine_diff_add(diff, MACHINE_USERDATA, userdata_text(found, found_size),
				 userdata_text(wanted, size), true);
}

static void userdata_show(const struct metadata *metadata,
			  const struct machine_wanted *wanted, struct machine_diff *diff)
{
	const struct batch_machine *machine = wanted->machine;
	bool shown = metadata->userdata_size > 0;
	bool is_to_be = wanted->shows_userdata && machine->userdata_size &&
			metadata_can_hold(machine->userdata, machine->userdata_size);

	diff->hides_userdata = shown && !is_to_be;
	diff->shows_userdata = !shown && is_to_be;
}

static void drive_compare(const struct machine_found *found,
			  const struct machine_wanted *wanted, struct machine_diff *diff)
{
	const char *hash = found->metadata->drive_hash;

	/* A config drive is neither added to an existing machine nor removed: its
	 * hardware stays. */
	if (!wanted->drive_hash != (found->metadata->volumes.count < 2)) {
		text_compare(diff, MACHINE_CONFIG_DRIVE,
			     wanted->drive_hash ? "none" : "present",
			     wanted->drive_hash ? "wanted" : "none", false);
		return;
	}
	if (!wanted->drive_hash || !hash || machine_diff_needs_drive(diff) ||
	    !strcmp(hash, wanted->drive_hash))
		return;
	machine_diff_add(diff, MACHINE_CONFIG_DRIVE, mem_format("%.8s", hash),
			 mem_format("%.8s", wanted->drive_hash), true);
}

void machine_diff(const struct machine_found *found, const struct machine_wanted *wanted,
		  struct machine_diff *diff)
{
	const struct batch_machine *machine = wanted->machine;

	*diff = (struct machine_diff){0};
	if (wanted->hypervisor)
		text_compare(diff, MACHINE_HYPERVISOR, found->hypervisor,
			     wanted->hypervisor, false);
	image_compare(found, wanted, diff);
	network_compare(found, wanted, diff);
	address_compare(found, wanted, diff);
	text_compare(diff, MACHINE_PLAN, found->metadata->plan, machine->plan->name,
		     true);
	sizes_compare(found, machine->plan, diff);
	if (found->autostart != machine->autostart)
		text_compare(diff, MACHINE_AUTOSTART, found->autostart ? "yes" : "no",
			     machine->autostart ? "yes" : "no", true);
	keys_compare(found->metadata, machine, diff);
	userdata_compare(found->metadata, machine, diff);
	userdata_show(found->metadata, wanted, diff);
	drive_compare(found, wanted, diff);
	if (found->metadata->protect != machine->protect)
		text_compare(diff, MACHINE_PROTECT,
			     found->metadata->protect ? "yes" : "no",
			     machine->protect ? "yes" : "no", true);
}

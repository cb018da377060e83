/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The differences between hardware that a machine has and hardware that it will have. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/num.h"
#include "common/text.h"
#include "provision/batch/machine_volume.h"
#include "provision/plan/hardware_diff.h"

static const uint64_t MEGABYTE = UINT64_C(1) << 20;

static bool is_own(const struct hardware_pair *pair, const struct hardware_nic *nic)
{
	return nic->has_mac && mac_equal(nic->mac, pair->mac);
}

/* What the NIC is connected to, or its model; those of other NICs with their address. */
static char *nic_text(const struct hardware_pair *pair, const struct hardware_nic *nic,
		      const char *text)
{
	char mac[MAC_TEXT_MAX];

	text = text ? text : "none";
	if (is_own(pair, nic) || !nic->has_mac)
		return mem_string(text);
	return mem_format("%s (%s)", text, mac_format(nic->mac, mac));
}

static char *disk_text(const struct hardware_disk *disk)
{
	return mem_format("%s%s%s", disk->target ? disk->target : "disk",
			  disk->bus ? " " : "", disk->bus ? disk->bus : "");
}

static char *file_text(const char *path)
{
	const char *slash = strrchr(path, '/');

	return mem_string(slash ? slash + 1 : path);
}

static char *size_text(uint64_t bytes)
{
	char text[NUM_SIZE_TEXT_MAX];

	return mem_string(num_size_text(bytes, text));
}

/* With a configuration that leaves a part to ballooning, how much the guest has is its
 * own affair. */
static void memory_wait(const struct hardware_pair *pair, struct machine_diff *waits)
{
	const struct domain_hardware *from = pair->from, *to = pair->to;
	uint64_t now = from->memory_bytes, then = to->memory_bytes;

	if (to->memory_bytes < to->memory_max_bytes) {
		now = from->memory_max_bytes;
		then = to->memory_max_bytes;
	}
	if (now && then && now / MEGABYTE != then / MEGABYTE)
		machine_diff_add(waits, MACHINE_MEMORY, size_text(now), size_text(then),
				 false);
}

/* CPUs that are offline at first can be added later, up to the maximum. */
static void cpus_wait(const struct hardware_pair *pair, struct machine_diff *waits)
{
	const struct domain_hardware *from = pair->from, *to = pair->to;
	bool is_maximum = to->cpus < to->cpus_max && from->cpus_max != to->cpus_max;
	unsigned int now = is_maximum ? from->cpus_max : from->cpus;
	unsigned int then = is_maximum ? to->cpus_max : to->cpus;

	if (now != then)
		machine_diff_add(waits, MACHINE_CPUS, mem_format("%u", now),
				 mem_format("%u", then), false);
}

static void text_wait(struct machine_diff *waits, enum machine_field field,
		      const char *from, const char *to)
{
	if (!text_equal(from, to))
		machine_diff_add(waits, field, mem_string(from ? from : "none"),
				 mem_string(to ? to : "none"), false);
}

/* A NIC that exists in both. */
static void nic_wait(const struct hardware_pair *pair, const struct hardware_nic *from,
		     const struct hardware_nic *to, struct machine_diff *waits)
{
	const struct {
		enum machine_field field;
		const char *from, *to;
	} fields[] = {{MACHINE_NETWORK, from->source, to->source},
		      {MACHINE_NIC_MODEL, from->model, to->model},
		      {MACHINE_NIC_LINK, from->is_down ? "down" : "up",
		       to->is_down ? "down" : "up"}};

	for (size_t i = 0; i < ARRAY_LENGTH(fields); i++)
		/* The link of its own is shown as what others have done. */
		if (!text_equal(fields[i].from, fields[i].to) &&
		    !(fields[i].field == MACHINE_NIC_LINK && is_own(pair, from)))
			machine_diff_add(waits, fields[i].field,
					 nic_text(pair, from, fields[i].from),
					 nic_text(pair, to, fields[i].to), false);
}

/* What its own configuration has lost does not come with the next start: that is shown as
 * what others have done (plan_faults_find()). */
static void nics_wait(const struct hardware_pair *pair, struct machine_diff *waits)
{
	array_foreach(to, &pair->to->nics) {
		const struct hardware_nic *from = domain_hardware_nic(pair->from,
								      to->mac);

		if (from)
			nic_wait(pair, from, to, waits);
		else
			machine_diff_add(waits, MACHINE_NETWORK, mem_string("none"),
					 nic_text(pair, to, to->source), false);
	}
	array_foreach(from, &pair->from->nics) {
		if (!domain_hardware_nic(pair->to, from->mac) && !is_own(pair, from))
			machine_diff_add(waits, MACHINE_NETWORK,
					 nic_text(pair, from, from->source),
					 mem_string("none"), false);
	}
}

static void medium_wait(const struct hardware_pair *pair,
			const struct hardware_disk *from, const struct hardware_disk *to,
			struct machine_diff *waits)
{
	CLEANUP(free_ptr) char *file = to->path ? file_text(to->path) : NULL;
	bool is_drive = file && machine_volume_is_drive(pair->name, file);

	/* A guest may eject its CD. */
	if (file && from->path && strcmp(from->path, to->path))
		machine_diff_add(waits,
				 is_drive ? MACHINE_CONFIG_DRIVE : MACHINE_DISK_BUS,
				 file_text(from->path), mem_string(file), false);
}

/* Whether it is one of the volumes that the machine owns, which are looked for by its
 * metadata (plan_faults_find()). */
static bool disk_is_own(const struct hardware_pair *pair,
			const struct hardware_disk *disk)
{
	CLEANUP(free_ptr) char *file = disk->path ? file_text(disk->path) : NULL;
	const char *suffix;
	CLEANUP(free_ptr) char *machine = file ? machine_of_volume(file, &suffix) : NULL;

	return text_equal(machine, pair->name);
}

static void disks_wait(const struct hardware_pair *pair, struct machine_diff *waits)
{
	array_foreach(to, &pair->to->disks) {
		const struct hardware_disk *from = domain_hardware_disk(pair->from,
									to->target);

		if (from && text_equal(from->bus, to->bus))
			medium_wait(pair, from, to, waits);
		else
			machine_diff_add(waits, MACHINE_DISK_BUS,
					 from ? disk_text(from) : mem_string("none"),
					 disk_text(to), false);
	}
	array_foreach(from, &pair->from->disks) {
		if (!domain_hardware_disk(pair->to, from->target) &&
		    !disk_is_own(pair, from))
			machine_diff_add(waits, MACHINE_DISK_BUS, disk_text(from),
					 mem_string("none"), false);
	}
}

void hardware_waits_find(const struct hardware_pair *pair, struct machine_diff *waits)
{
	const struct domain_hardware *from = pair->from, *to = pair->to;

	if (!from->is_known || !to->is_known)
		return;
	memory_wait(pair, waits);
	cpus_wait(pair, waits);
	nics_wait(pair, waits);
	disks_wait(pair, waits);
	text_wait(waits, MACHINE_TYPE, from->machine_type, to->machine_type);
	array_foreach(difference, &waits->differences)
		difference->is_waiting = true;
}

bool hardware_machine_type_is(const char *found, const char *wanted)
{
	const char *name = !strcmp(wanted, "pc")    ? "pc-i440fx"
			   : !strcmp(wanted, "q35") ? "pc-q35"
						    : wanted;
	size_t length = strlen(name);

	return !strcmp(found, wanted) ||
	       (!strncmp(found, name, length) && found[length] == '-');
}

/* The NIC of the configuration that is the template's number `i`: by its address, else
 * by its place. */
static const struct hardware_nic *nic_of_template(const struct hardware_pair *pair,
						  const struct hardware_nic *wanted,
						  size_t i)
{
	const struct hardware_nic *found;

	if (wanted->has_mac)
		return domain_hardware_nic(pair->from, wanted->mac);
	found = i < pair->from->nics.count ? &pair->from->nics.items[i] : NULL;
	return found && !is_own(pair, found) ? found : NULL;
}

/* The network of its own NIC has been compared with the batch. */
static void nics_compare(const struct hardware_pair *pair, struct machine_diff *diff)
{
	for (size_t i = 0; i < pair->to->nics.count; i++) {
		const struct hardware_nic *to = &pair->to->nics.items[i];
		const struct hardware_nic *from = nic_of_template(pair, to, i);
		bool own = is_own(pair, to);

		if (!from && !own)
			machine_diff_add(diff, MACHINE_NETWORK, mem_string("none"),
					 nic_text(pair, to, to->source), false);
		if (!from)
			continue;
		if (!own && to->source && !text_equal(from->source, to->source))
			machine_diff_add(diff, MACHINE_NETWORK,
					 nic_text(pair, from, from->source),
					 nic_text(pair, from, to->source), false);
		if (to->model && !text_equal(from->model, to->model))
			machine_diff_add(diff, MACHINE_NIC_MODEL,
					 nic_text(pair, from, from->model),
					 nic_text(pair, from, to->model), own);
	}
}

static const struct hardware_disk *disk_by_path(const struct domain_hardware *hardware,
						const char *path)
{
	array_foreach(disk, &hardware->disks) {
		if (path && text_equal(disk->path, path))
			return disk;
	}
	return NULL;
}

static bool disk_is_same(const struct hardware_disk *found,
			 const struct hardware_disk *wanted)
{
	return (!wanted->target || text_equal(found->target, wanted->target)) &&
	       (!wanted->bus || text_equal(found->bus, wanted->bus));
}

static void disks_compare(const struct hardware_pair *pair, struct machine_diff *diff)
{
	array_foreach(to, &pair->to->disks) {
		const struct hardware_disk *from = disk_by_path(pair->from, to->path);

		/* After a snapshot it has another file. */
		if (!from && to->target)
			from = domain_hardware_disk(pair->from, to->target);
		if (from ? disk_is_same(from, to) : disk_is_own(pair, to))
			continue;
		machine_diff_add(diff, MACHINE_DISK_BUS,
				 from ? disk_text(from) : mem_string("none"),
				 disk_text(to), false);
	}
}

/* What the template leaves open is as libvirt has chosen it. */
static void text_compare(struct machine_diff *diff, enum machine_field field,
			 const char *from, const char *to)
{
	if (to && !text_equal(from, to))
		machine_diff_add(diff, field, mem_string(from ? from : "none"),
				 mem_string(to), false);
}

void hardware_template_compare(const struct hardware_pair *pair,
			       struct machine_diff *diff)
{
	const struct domain_hardware *from = pair->from, *to = pair->to;

	if (!from->is_known || !to->is_known)
		return;
	nics_compare(pair, diff);
	disks_compare(pair, diff);
	text_compare(diff, MACHINE_DOMAIN_TYPE, from->type, to->type);
	if (to->machine_type && from->machine_type &&
	    !hardware_machine_type_is(from->machine_type, to->machine_type))
		text_compare(diff, MACHINE_TYPE, from->machine_type, to->machine_type);
	text_compare(diff, MACHINE_CPU_MODE, from->cpu_mode, to->cpu_mode);
	text_compare(diff, MACHINE_FIRMWARE, from->firmware, to->firmware);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Changing an existing machine to match its batch, without recreating it. */
#define _GNU_SOURCE

#include "common/cleanup.h"
#include "common/virsh.h"
#include "common/virt.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_drive.h"
#include "provision/machine/machine_disk.h"
#include "provision/machine/machine_files.h"
#include "provision/host/domain_metadata.h"
#include "provision/machine/machine_guard.h"
#include "provision/machine/machine_metadata.h"
#include "provision/machine/machine_network.h"
#include "provision/machine/machine_update.h"
#include "provision/plan/machine_xml.h"
#include "provision/machine/storage.h"
#include "provision/machine/volume_at.h"

/* The change of a machine in progress. */
struct update {
	struct run *run;
	const struct change *change;
	const struct batch_plan *plan;
	virDomainPtr domain;
	struct metadata *metadata; /* the domain's */
	bool active;
};

static void restart_note(const struct update *update, enum machine_field field)
{
	CLEANUP(free_ptr)
	char *step = mem_format("%s: takes effect at the next start",
				machine_field_name(field));

	run_note(update->run, update->change->name, step);
}

/* The maximum is always the current size, so the configuration is changed first. */
static int memory_set(const struct update *update, struct error *error)
{
	unsigned long kib = (unsigned long)((update->plan->memory_bytes + 1023) / 1024);
	unsigned int config = VIR_DOMAIN_AFFECT_CONFIG;

	if (virDomainSetMemoryFlags(update->domain, kib,
				    config | VIR_DOMAIN_MEM_MAXIMUM) < 0 ||
	    virDomainSetMemoryFlags(update->domain, kib, config) < 0)
		return virt_error(error, "can't set the memory");
	if (update->active &&
	    virDomainSetMemoryFlags(update->domain, kib, VIR_DOMAIN_AFFECT_LIVE) < 0)
		restart_note(update, MACHINE_MEMORY);
	return 0;
}

/* The current number must not exceed the maximum at any time. */
static int cpus_set(const struct update *update, struct error *error)
{
	unsigned int count = update->plan->cpus, now = update->change->domain->cpus;
	unsigned int flags[] = {VIR_DOMAIN_AFFECT_CONFIG,
				VIR_DOMAIN_AFFECT_CONFIG | VIR_DOMAIN_VCPU_MAXIMUM};

	if (virDomainSetVcpusFlags(update->domain, count, flags[count > now]) < 0 ||
	    virDomainSetVcpusFlags(update->domain, count, flags[count <= now]) < 0)
		return virt_error(error, "can't set the CPUs");
	if (update->active &&
	    virDomainSetVcpusFlags(update->domain, count, VIR_DOMAIN_AFFECT_LIVE) < 0)
		restart_note(update, MACHINE_CPUS);
	return 0;
}

/* libvirt can grow a volume only in an active pool. */
static int volume_grow(const struct update *update, const struct machine_disk *disk,
		       struct error *error)
{
	virConnectPtr connection = host_connection(update->change->host)->connection;
	CLEANUP(virStorageVolFree_ptr) virStorageVolPtr volume = NULL;

	if (volume_at(connection, disk->path, &volume, error) < 0)
		return -1;
	if (!volume)
		return error_set(
			error,
			"disk %s is %s, which is in no active pool; start the machine, "
			"so that its disk can grow",
			disk->target, disk->path);
	return storage_grow(update->run, volume, update->plan->disk_size_bytes, error);
}

/* QEMU grows the file that it has open; libvirt has to grow a block device first. */
static int disk_grow(const struct update *update, struct error *error)
{
	const struct facts_pool *pool = &update->change->facts->root_pool;
	CLEANUP(machine_disk_free) struct machine_disk disk = {0};
	CLEANUP(free_ptr)
	char *created = machine_volume_path(pool->path, update->change->name,
					    MACHINE_VOLUME_DISK);
	bool is_file = storage_pool_is_folder(pool->type);

	if (machine_disk_find(update->domain, created, &disk, error) < 0)
		return -1;
	/* One that was copied or moved is grown where it is now, unless others have it.
	 */
	if (!disk.is_own && machine_file_check(update->change->host, disk.path,
					       update->change->uuid, error) < 0)
		return error_context(error, "the disk is not grown");
	if ((!update->active || !is_file) && volume_grow(update, &disk, error) < 0)
		return -1;
	if (update->active && virDomainBlockResize(update->domain, disk.target,
						   update->plan->disk_size_bytes,
						   VIR_DOMAIN_BLOCK_RESIZE_BYTES) < 0)
		return virt_error(error, "can't grow the disk");
	return 0;
}

static int autostart_set(const struct update *update, struct error *error)
{
	if (virDomainSetAutostart(update->domain, update->change->machine->autostart) < 0)
		return virt_error(error, "can't set autostart");
	return 0;
}

static bool moves(const struct update *update)
{
	return machine_diff_find(&update->change->diff, MACHINE_NETWORK);
}

/* A new network brings its address along. */
static int address_set(const struct update *update, struct error *error)
{
	if (moves(update))
		return 0;
	return machine_network_reserve(update->run, update->change, update->domain,
				       update->metadata, error);
}

static int nic_connect(const struct update *update, enum machine_field field,
		       struct error *error)
{
	bool waits;

	if (machine_network_connect(update->run, update->change, update->domain, &waits,
				    error) < 0)
		return -1;
	if (waits)
		restart_note(update, field);
	return 0;
}

/* The NIC last: until then the network still differs from the batch. */
static int network_set(const struct update *update, struct error *error)
{
	if (machine_network_reserve(update->run, update->change, update->domain,
				    update->metadata, error) < 0)
		return -1;
	return nic_connect(update, MACHINE_NETWORK, error);
}

static int model_set(const struct update *update, struct error *error)
{
	if (moves(update))
		return 0;
	return nic_connect(update, MACHINE_NIC_MODEL, error);
}

/* Vmango's element last: until then keys and user data still differ from the batch. */
static int metadata_set(const struct update *update, struct metadata *metadata,
			struct error *error)
{
	machine_metadata_update(update->change, metadata);
	if (machine_metadata_store(update->run, update->domain, metadata, error) < 0)
		return -1;
	return machine_metadata_store_vmango(update->run, update->domain, metadata,
					     error);
}

/* The fields that are changed in separate steps. */
static int fields_set(const struct update *update, struct error *error)
{
	static int (*const setters[])(const struct update *, struct error *) = {
		[MACHINE_MEMORY] = memory_set,	 [MACHINE_CPUS] = cpus_set,
		[MACHINE_DISK_SIZE] = disk_grow, [MACHINE_AUTOSTART] = autostart_set,
		[MACHINE_NETWORK] = network_set, [MACHINE_ADDRESS] = address_set,
		[MACHINE_NIC_MODEL] = model_set,
	};

	array_foreach(difference, &update->change->diff.differences) {
		if (!difference->is_possible ||
		    difference->field >= ARRAY_LENGTH(setters) ||
		    !setters[difference->field])
			continue;
		if (run_step(update->run, update->change->name,
			     machine_field_name(difference->field), error) < 0 ||
		    setters[difference->field](update, error) < 0)
			return -1;
	}
	return 0;
}

/* A saved guest resumes with the devices and the media that it was saved with. */
static int saved_check(const struct change *change, virDomainPtr domain,
		       struct error *error)
{
	int saved = virDomainHasManagedSaveImage(domain, 0);
	CLEANUP(free_ptr) char *command = NULL;

	if (saved < 0 && virt_error_code() != VIR_ERR_NO_SUPPORT)
		return virt_error(error, "can't read whether its guest is saved");
	if (saved <= 0)
		return 0;
	command = virsh_text(facts_command_uri(change->facts), "start", change->name,
			     NULL);
	return error_set(error,
			 "its guest is saved and would resume as it was; start it first: "
			 "%s",
			 command);
}

static int update_guarded(struct run *run, const struct change *change,
			  virDomainPtr domain, struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};
	struct update update = {.run = run,
				.change = change,
				.plan = change->machine->plan,
				.domain = domain,
				.metadata = &metadata};
	int active = virDomainIsActive(domain);

	if (active < 0)
		return virt_error(error, "can't read the guest's state");
	update.active = active;
	if (saved_check(change, domain, error) < 0)
		return -1;
	if (domain_metadata_read(domain, &metadata, error) < 0 ||
	    machine_guard_take(run, &metadata, error) < 0 ||
	    fields_set(&update, error) < 0)
		return -1;
	if (machine_diff_needs_drive(&change->diff) &&
	    change->facts->config->config_drive != BATCH_DRIVE_NONE &&
	    machine_drive_replace(run, change, domain, &metadata, error) < 0)
		return -1;
	return metadata_set(&update, &metadata, error);
}

static int records_store(struct run *run, const struct change *change,
			 virDomainPtr domain, struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};

	if (domain_metadata_read(domain, &metadata, error) < 0)
		return -1;
	machine_metadata_record(change, &metadata);
	return machine_metadata_store(run, domain, &metadata, error);
}

/* Works on the domain as long as it has the metadata that were planned with. */
static int guarded(struct run *run, const struct change *change,
		   int (*work)(struct run *, const struct change *, virDomainPtr,
			       struct error *),
		   struct error *error)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = host_domain_open(change->host, change->uuid, error);
	struct machine_guard guard = {0};
	int status;

	if (!domain)
		return -1;
	machine_guard_set(run, &guard, domain, change->domain->name,
			  &change->domain->metadata);
	status = work(run, change, domain, error);
	machine_guard_end(run, &guard);
	return status;
}

int machine_update(struct run *run, const struct change *change, struct error *error)
{
	return guarded(run, change, update_guarded, error);
}

int machine_record(struct run *run, const struct change *change, struct error *error)
{
	if (run_step(run, change->name, machine_field_name(MACHINE_PROTECT), error) < 0)
		return -1;
	return guarded(run, change, records_store, error);
}

int machine_record_file(struct run *run, const struct change *change, struct error *error)
{
	if (!change->batch_file || change->domain->metadata.batch_file)
		return 0;
	if (run_check(run, "record the batch's file", error) < 0)
		return -1;
	return guarded(run, change, records_store, error);
}

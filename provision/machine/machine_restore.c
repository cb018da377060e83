/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restoring what others have removed from a machine. */
#define _GNU_SOURCE
#include <string.h>

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/domain_metadata.h"
#include "provision/host/domain_settled.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_define.h"
#include "provision/machine/machine_guard.h"
#include "provision/machine/machine_metadata.h"
#include "provision/machine/machine_restore.h"
#include "provision/machine/reservation.h"
#include "provision/machine/storage.h"
#include "provision/machine/volume_record.h"
#include "provision/plan/machine_xml.h"
#include "provision/plan/orphan_text.h"

static int address_restore(struct run *run, const struct change *change,
			   struct error *error)
{
	if (run_step(run, change->name, "restore the reservation", error) < 0)
		return -1;
	return reservation_restore(run, change->host,
				   &change->domain->metadata.reservation, error);
}

/* Records in the metadata how large the drive will be, or that it is complete (0). */
static int drive_record(struct run *run, virDomainPtr domain, const char *name,
			uint64_t capacity_bytes, struct error *error)
{
	CLEANUP(metadata_free) struct metadata metadata = {0};

	if (domain_metadata_read(domain, &metadata, error) < 0)
		return -1;
	array_foreach(volume, &metadata.volumes) {
		if (!strcmp(volume->name, name))
			volume->capacity_bytes = volume->image_bytes = capacity_bytes;
	}
	return machine_metadata_store(run, domain, &metadata, error);
}

/* A run that is killed in between leaves an incomplete drive, which the next one
 * replaces. */
static int drive_restore(struct run *run, const struct change *change,
			 virDomainPtr domain, const char *name, struct error *error)
{
	const struct host_connection *link = host_connection(change->host);
	CLEANUP(buf_free) struct buf image = {0};
	struct volume_record record = {.name = name};
	int status;

	if (run_step(run, change->name, "restore the config drive", error) < 0 ||
	    machine_drive_make(change, change->domain->metadata.instance_serial, &image,
			       error) < 0)
		return -1;
	record.capacity_bytes = record.image_bytes = image.size;
	if (drive_record(run, domain, name, image.size, error) < 0)
		return -1;
	status = volume_record_delete(run, link->root_pool, &record, error);
	if (status > 0) {
		CLEANUP(free_ptr)
		char *text = orphan_volume_text(change->facts, name);

		return error_set(error, "the config drive is not restored: %s", text);
	}
	if (status < 0 || storage_write(run, link->connection, link->root_pool, name,
					image.data, image.size, error) < 0)
		return -1;
	return drive_record(run, domain, name, 0, error);
}

static int autostart_set(struct run *run, virDomainPtr domain, struct error *error)
{
	if (run_change(run, error) < 0)
		return -1;
	return virDomainSetAutostart(domain, 1) < 0
		       ? virt_error(error, "can't set autostart")
		       : 0;
}

static int autostart_restore(struct run *run, const struct change *change,
			     virDomainPtr domain, struct error *error)
{
	return run_step(run, change->name, "restore autostart", error) < 0
		       ? -1
		       : autostart_set(run, domain, error);
}

/* A definition that was removed took the domain's autostart along. */
static int definition_restore(struct run *run, const struct change *change,
			      virDomainPtr domain, struct error *error)
{
	if (run_step(run, change->name, "restore the definition", error) < 0 ||
	    machine_define_again(run, domain, error) < 0)
		return -1;
	return change->machine->autostart ? autostart_set(run, domain, error) : 0;
}

/* Inserts the config drive again; a guest that runs has it at its next start at the
 * latest. */
static int medium_restore(struct run *run, const struct change *change,
			  virDomainPtr domain, const struct change_fault *fault,
			  struct error *error)
{
	CLEANUP(free_ptr)
	char *xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
	CLEANUP(free_ptr) char *disk = NULL;
	CLEANUP(free_ptr) char *live = NULL;
	CLEANUP(free_ptr) char *live_disk = NULL;
	CLEANUP(free_ptr)
	char *path = mem_format("%s/%s", change->facts->root_pool.path, fault->volume);

	if (!xml)
		return virt_error(error, "can't read the domain");
	disk = domain_disk_filled(xml, strlen(xml), fault->target, path, error);
	if (!disk || run_step(run, change->name, "insert the config drive", error) < 0)
		return -1;
	if (virDomainUpdateDeviceFlags(domain, disk, VIR_DOMAIN_AFFECT_CONFIG) < 0)
		return virt_error(error, "can't insert the config drive");
	run_point(run);
	if (virDomainIsActive(domain) != 1)
		return 0;
	/* Another medium that the running guest has now stays. */
	live = virDomainGetXMLDesc(domain, 0);
	if (live)
		live_disk = domain_disk_filled(live, strlen(live), fault->target, path,
					       NULL);
	if (!live_disk ||
	    virDomainUpdateDeviceFlags(domain, live_disk, VIR_DOMAIN_AFFECT_LIVE) < 0)
		run_note(run, change->name,
			 "config drive: takes effect at the next start");
	return 0;
}

static int fault_restore(struct run *run, const struct change *change,
			 virDomainPtr domain, const struct change_fault *fault,
			 struct error *error)
{
	switch (fault->kind) {
	case FAULT_DEFINITION:
		return definition_restore(run, change, domain, error);
	case FAULT_RESERVATION:
		return address_restore(run, change, error);
	case FAULT_DRIVE:
		return drive_restore(run, change, domain, fault->volume, error);
	case FAULT_AUTOSTART:
		return autostart_restore(run, change, domain, error);
	case FAULT_MEDIUM:
		return medium_restore(run, change, domain, fault, error);
	case FAULT_PAUSED:
	case FAULT_VOLUME:
	case FAULT_INTERFACE:
	case FAULT_LINK:
	case FAULT_DETACHED:
	case FAULT_DISK:
	case FAULT_SHARED:
		break;
	}
	return 0;
}

int machine_restore(struct run *run, const struct change *change, struct error *error)
{
	CLEANUP(virDomainFree_ptr)
	virDomainPtr domain = host_domain_open(change->host, change->uuid, error);
	struct machine_guard guard = {0};
	int status = 0;

	if (!domain || domain_settled_check(domain, error) < 0)
		return -1;
	machine_guard_set(run, &guard, domain, change->domain->name,
			  &change->domain->metadata);
	array_foreach(fault, &change->faults) {
		if (status == 0 && fault->is_restored)
			status = fault_restore(run, change, domain, fault, error);
	}
	machine_guard_end(run, &guard);
	return status;
}

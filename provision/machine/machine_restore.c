/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restoring what others have removed from a machine. */
#define _GNU_SOURCE

#include "common/cleanup.h"
#include "common/virt.h"
#include "provision/host/domain_settled.h"
#include "provision/host/host_connection.h"
#include "provision/machine/machine_define.h"
#include "provision/machine/machine_guard.h"
#include "provision/machine/machine_restore.h"
#include "provision/machine/reservation.h"
#include "provision/machine/storage.h"
#include "provision/plan/machine_xml.h"

static int reservation_restore(struct run *run, const struct change *change,
			       struct error *error)
{
	const struct metadata_reservation *reservation =
		&change->domain->metadata.reservation;
	bool taken;

	if (run_step(run, change->name, "restore the reservation", error) < 0)
		return -1;
	return reservation_add(run, change->host, reservation->mac, reservation->name,
			       reservation->ip, &taken, error);
}

static int drive_restore(struct run *run, const struct change *change, const char *name,
			 struct error *error)
{
	const struct host_connection *link = host_connection(change->host);
	CLEANUP(buf_free) struct buf image = {0};

	if (run_step(run, change->name, "restore the config drive", error) < 0 ||
	    machine_drive_make(change, change->domain->metadata.instance_serial, &image,
			       error) < 0)
		return -1;
	return storage_write(run, link->connection, link->root_pool, name, image.data,
			     image.size, error) < 0
		       ? -1
		       : 0;
}

static int fault_restore(struct run *run, const struct change *change,
			 virDomainPtr domain, const struct change_fault *fault,
			 struct error *error)
{
	switch (fault->kind) {
	case FAULT_DEFINITION:
		if (run_step(run, change->name, "restore the definition", error) < 0)
			return -1;
		return machine_define_again(run, domain, error);
	case FAULT_RESERVATION:
		return reservation_restore(run, change, error);
	case FAULT_DRIVE:
		return drive_restore(run, change, fault->volume, error);
	case FAULT_PAUSED:
	case FAULT_VOLUME:
	case FAULT_INTERFACE:
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

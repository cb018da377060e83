/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding a machine's own disk, even if it was moved or has snapshots. */
#ifndef PROVISION_MACHINE_MACHINE_DISK_H
#define PROVISION_MACHINE_MACHINE_DISK_H

#include <libvirt/libvirt.h>

#include "common/error.h"
#include "provision/host/domain_disk.h"

/* Appends the domain's disks, with `flags` of virDomainGetXMLDesc(); the caller frees
 * them. */
int machine_disks_read(virDomainPtr domain, unsigned int flags,
		       struct domain_disks *disks, struct error *error);

/* A machine's own disk as it is now; zeroed: none. */
struct machine_disk {
	char *target; /* "vda" */
	char *path;   /* of the uppermost file, which is written to */
	bool is_own;  /* it is the file at `created_path`, or an overlay on it */
};

/*
 * Finds the disk whose backing chain has the file at `created_path`, where it was
 * created, or the only writable disk, if the file was moved or renamed. Otherwise it
 * fails. The caller frees `disk`.
 */
int machine_disk_find(virDomainPtr domain, const char *created_path,
		      struct machine_disk *disk, struct error *error);
void machine_disk_free(struct machine_disk *disk);

#endif

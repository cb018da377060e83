/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's own disk, wherever it is by now. */
#ifndef PROVISION_MACHINE_MACHINE_DISK_H
#define PROVISION_MACHINE_MACHINE_DISK_H

#include <libvirt/libvirt.h>

#include "common/error.h"
#include "provision/host/domain_disk.h"

/* Appends the domain's disks, by the flags of virDomainGetXMLDesc(); the caller frees
 * them. */
int machine_disks_read(virDomainPtr domain, unsigned int flags,
		       struct domain_disks *disks, struct error *error);

/* A machine's own disk, as it is now. Zeroed is none. */
struct machine_disk {
	char *target; /* "vda" */
	char *path;   /* the uppermost file, which is written to */
};

/*
 * Finds the disk that has the file at `created_path`, where it was created, as its source
 * or below that; or the only writable disk, when it was moved or renamed. Another is an
 * error. The caller frees it.
 */
int machine_disk_find(virDomainPtr domain, const char *created_path,
		      struct machine_disk *disk, struct error *error);
void machine_disk_free(struct machine_disk *disk);

#endif

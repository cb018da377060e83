/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that a machine's disks really have, before any of them is deleted. */
#ifndef PROVISION_MACHINE_FILES_H
#define PROVISION_MACHINE_FILES_H

#include "provision/host.h"

/*
 * Appends to the metadata's volumes those that external snapshots have put over them, the
 * upper ones last. Fails, and says who or what it is and what to do, when the volumes
 * can't be deleted without harm or without something left:
 *
 *  - the machine migrates, or a job or a block job is under way;
 *  - a snapshot's file is in no active pool;
 *  - the machine's disk is a file that this tool did not create, as after a block copy;
 *  - another machine, or an overlay that no machine has, uses one of the volumes; on
 *    other hypervisors of the batch machines only, where the pool is the same storage;
 *  - a QEMU process on another hypervisor has one open (storage_is_locked()).
 *
 * Changes nothing that is kept.
 */
int machine_files_claim(struct host *host, virDomainPtr domain, struct metadata *metadata,
			struct error *error);

/*
 * For what a machine has left behind on `host`, where it no longer runs: as above, but
 * volumes in pools that are the same storage as one of those that it has its files in on
 * `new_host`, or where that can't be told, are taken out of the metadata instead.
 */
int machine_files_claim_left(struct host *host, struct host *new_host,
			     virDomainPtr domain, struct metadata *metadata,
			     struct error *error);

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

/* The volume at that path, of any active pool; its pool is refreshed when it does not
 * list the path. NULL when there is none; the caller frees it. */
virStorageVolPtr machine_file_volume(virConnectPtr connection, const char *path);

#endif

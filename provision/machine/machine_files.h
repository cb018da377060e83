/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files that a machine's disks really have, before any of them is deleted. */
#ifndef PROVISION_MACHINE_MACHINE_FILES_H
#define PROVISION_MACHINE_MACHINE_FILES_H

#include "provision/host/host.h"

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
 * For what a machine has left on `host`, where it no longer runs: as above, but
 * volumes in pools that are the same storage as one of those that it has its files in on
 * `new_host`, or where that is not known, are taken out of the metadata instead.
 */
int machine_files_claim_leftover(struct host *host, struct host *new_host,
				 virDomainPtr domain, struct metadata *metadata,
				 struct error *error);

/* Fails when others than the domain of that UUID use the file, and names them, as far as
 * its hypervisor shows. */
int machine_file_check(struct host *host, const char *path, const char *uuid,
		       struct error *error);

#endif

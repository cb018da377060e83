/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checking the files of a machine's disks before any of them is deleted. */
#ifndef PROVISION_MACHINE_MACHINE_FILES_H
#define PROVISION_MACHINE_MACHINE_FILES_H

#include "provision/host/host.h"

/*
 * Appends the overlays that external snapshots have created on the metadata's volumes to
 * them, the uppermost last. Fails, and says why and what to do, if the volumes can't be
 * deleted safely and completely:
 *
 *  - the machine migrates, or a job or a block job is under way;
 *  - a snapshot's file is in no active pool;
 *  - the machine's disk is a file that this tool did not create, as after a block copy;
 *  - another machine, or an overlay that no machine has, uses one of the volumes;
 *  - a machine on another hypervisor of the batch with the same storage uses one;
 *  - a QEMU process on another hypervisor has one open (storage_is_locked()).
 *
 * Changes nothing on the hypervisor.
 */
int machine_files_claim(struct host *host, virDomainPtr domain, struct metadata *metadata,
			struct error *error);

/*
 * The same for the leftovers of a machine on `host`, where it no longer runs. Volumes in
 * pools that are, or may be, the same storage as a pool of its files on `new_host` are
 * removed from the metadata instead.
 */
int machine_files_claim_leftover(struct host *host, struct host *new_host,
				 virDomainPtr domain, struct metadata *metadata,
				 struct error *error);

/* Fails if another domain or volume than the domain with that UUID uses the file on its
 * hypervisor; the error names them. */
int machine_file_check(struct host *host, const char *path, const char *uuid,
		       struct error *error);

#endif

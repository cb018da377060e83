/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finding all volumes of a machine before any is deleted; for machine_files.c. */
#ifndef PROVISION_MACHINE_MACHINE_CLAIM_H
#define PROVISION_MACHINE_MACHINE_CLAIM_H

#include <stdbool.h>

#include "imagetool/volume_use.h"
#include "provision/host/host.h"

/* An existing volume of the machine. */
struct machine_file {
	char *path, *pool, *name;
	bool is_kept; /* it is not deleted after all */
};

struct machine_claim {
	struct host *host;
	virDomainPtr domain;
	struct metadata *metadata;
	char *machine; /* its name */
	char uuid[VIR_UUID_STRING_BUFLEN];
	bool active;
	struct domain_disks disks; /* of the running guest, and of its configuration */
	char *root_path;	   /* path of its own disk as created; NULL: none */
	ARRAY(struct machine_file) own;
};

/*
 * Reads the rest of a claim whose host, domain and metadata are set. Volumes that a
 * snapshot of the machine created as overlays on one of its own, and that no disk uses
 * any more, are appended to the metadata's. Fails while the domain migrates or a job or
 * block job is under way. The caller frees the claim in both cases.
 */
int machine_claim_read(struct machine_claim *claim, struct error *error);
void machine_claim_free(struct machine_claim *claim);

/*
 * Completes the disks' backing chains, and appends the volumes that are overlays on one
 * of the machine's own to the metadata's, the uppermost last. It is an error if such
 * files are in no pool, which lists all of them, but not if one no longer exists.
 */
int machine_claim_disks(struct machine_claim *claim, const struct volume_use *use,
			struct error *error);

/* The machine's own file at that path; NULL if it is not its own. */
struct machine_file *machine_claim_own(const struct machine_claim *claim,
				       const char *path);

virConnectPtr machine_claim_connection(const struct machine_claim *claim);

/*
 * Fails if other machines or volumes use the claimed files, after machine_claim_disks().
 */
int machine_claim_users(const struct machine_claim *claim, struct volume_use *use,
			struct error *error);

#endif

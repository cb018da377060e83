/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All volumes that are a machine's, found before one is deleted; for machine_files.c. */
#ifndef PROVISION_MACHINE_MACHINE_CLAIM_H
#define PROVISION_MACHINE_MACHINE_CLAIM_H

#include <stdbool.h>

#include "imagetool/volume_use.h"
#include "provision/host/host.h"

/* A volume of the machine that exists. */
struct machine_file {
	char *path, *pool, *name;
	bool is_kept; /* it stays after all */
};

struct machine_claim {
	struct host *host;
	virDomainPtr domain;
	struct metadata *metadata;
	char *machine; /* its name */
	char uuid[VIR_UUID_STRING_BUFLEN];
	bool active;
	struct domain_disks disks; /* as it runs, and as it starts the next time */
	char *root_path;	   /* where its own disk should be; NULL: has none */
	ARRAY(struct machine_file) own;
};

/*
 * With host, domain and metadata given, reads the rest. Volumes that a snapshot of the
 * machine has created over one of its own, and that no disk has any more, are appended to
 * the metadata's. Fails while the domain migrates or a job or block job is under way. The
 * caller frees the claim in both cases.
 */
int machine_claim_read(struct machine_claim *claim, struct error *error);
void machine_claim_free(struct machine_claim *claim);

/*
 * Completes the disks' chains, and appends the volumes that are over the lowest one of
 * the machine's own to the metadata's, the upper ones last. One that no pool has is an
 * error, which lists all of them; one that is gone is none.
 */
int machine_claim_disks(struct machine_claim *claim, const struct volume_use *use,
			struct error *error);

/* The machine's own file at that path; NULL: it is another. */
struct machine_file *machine_claim_own(const struct machine_claim *claim,
				       const char *path);

virConnectPtr machine_claim_connection(const struct machine_claim *claim);

#endif

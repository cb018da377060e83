/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that is written about a machine to its hypervisor: domain, volumes, metadata. */
#ifndef PROVISION_PLAN_MACHINE_XML_H
#define PROVISION_PLAN_MACHINE_XML_H

#include <json-c/json.h>
#include <netinet/in.h>
#include <stdbool.h>

#include "common/buf.h"
#include "provision/batch/machine_volume.h"
#include "provision/host/metadata.h"
#include "provision/plan/changes.h"

struct machine_address {
	bool known; /* reserved for it; else it asks DHCP */
	struct in_addr address;
	bool by_script; /* of a network script, which may not have told it yet */
};

struct machine_xml {
	char *metadata; /* the elements inside <metadata> */
	char *domain;
	char *volume;	  /* as the template made it */
	struct buf drive; /* the config drive's ISO image; empty for "none" */
};

/*
 * Renders everything for a machine in that state of its metadata, which name its volumes
 * only once it is ready. Fails with the template's place when a template is wrong. The
 * caller frees `xml`; it is left alone on failure.
 */
int machine_xml_make(const struct change *change, const struct machine_address *address,
		     enum metadata_state state, struct machine_xml *xml,
		     struct error *error);
void machine_xml_free(struct machine_xml *xml);

/* The volumes of a machine. */
enum machine_volume {
	MACHINE_DISK = 1,
	MACHINE_DRIVE = 2,
	MACHINE_VOLUMES = 3,
};

/*
 * What the domain's metadata say of the machine, with those of its volumes (enum
 * machine_volume, or-ed) that are its own; the caller frees `metadata`.
 */
void machine_metadata(const struct change *change, const struct machine_address *address,
		      enum metadata_state state, unsigned int volumes,
		      struct metadata *metadata);

/* Puts the batch's file and protection into the metadata. */
void machine_metadata_record(const struct change *change, struct metadata *metadata);

/*
 * Puts what the batch says now into the metadata of a machine that is there; its image,
 * volumes and reservation stay.
 */
void machine_metadata_update(const struct change *change, struct metadata *metadata);

/*
 * Appends the config drive's image, nothing for "none". `serial` is that of the instance
 * id, which is the UUID with "-SERIAL" from 2 on.
 */
int machine_drive_make(const struct change *change, unsigned int serial,
		       struct buf *image, struct error *error);

/* The name of the config drive in use, the caller's. */
char *machine_drive_name(const struct change *change);

/* The machine's context with all that is known, the caller's. */
json_object *machine_context(const struct change *change,
			     const struct machine_address *address, const char *metadata);

#endif

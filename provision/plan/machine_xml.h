/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is stored for a machine on its hypervisor: domain and volume XML, metadata, config
 * drive. */
#ifndef PROVISION_PLAN_MACHINE_XML_H
#define PROVISION_PLAN_MACHINE_XML_H

#include <json-c/json.h>
#include <stdbool.h>

#include "common/buf.h"
#include "leases/lease.h"
#include "provision/batch/machine_volume.h"
#include "provision/host/metadata.h"
#include "provision/plan/changes.h"

struct machine_address {
	bool known;		      /* reserved for it; else it is assigned by DHCP */
	struct lease_address address; /* IPv4 if it is reserved or by_script */
	bool by_script;		      /* assigned by a network script, maybe not yet */
	enum lease_source source;     /* that says so now */
};

struct machine_xml {
	char *metadata; /* the children of <metadata> */
	char *domain;
	char *volume;	  /* as the template renders it */
	struct buf drive; /* the config drive's ISO image; empty for "none" */
};

/*
 * Renders everything for a machine with metadata in that state, which name its volumes
 * only if it is METADATA_READY. An error in a template is reported with its place. The
 * caller frees `xml`, which is unchanged on failure.
 */
int machine_xml_make(const struct change *change, const struct machine_address *address,
		     enum metadata_state state, struct machine_xml *xml,
		     struct error *error);
void machine_xml_free(struct machine_xml *xml);

/* Only the domain, as it would be defined for a machine that exists; the caller owns it.
 * NULL with an error as above. */
char *machine_domain_xml(const struct change *change, struct error *error);

/* The volumes of a machine. */
enum machine_volume {
	MACHINE_DISK = 1,
	MACHINE_DRIVE = 2,
	MACHINE_VOLUMES = 3,
};

/*
 * The metadata of the machine's domain, with the given volumes (enum machine_volume,
 * or-ed) as its own; the caller frees `metadata`.
 */
void machine_metadata(const struct change *change, const struct machine_address *address,
		      enum metadata_state state, unsigned int volumes,
		      struct metadata *metadata);

/* Sets the batch's file and the protection in the metadata. */
void machine_metadata_record(const struct change *change, struct metadata *metadata);

/*
 * Updates the metadata of an existing machine from the batch, except for its image,
 * volumes and reservation.
 */
void machine_metadata_update(const struct change *change, struct metadata *metadata);

/*
 * Appends the config drive's image, nothing for "none". `serial` is that of the instance
 * id, which is the UUID, followed by "-SERIAL" from 2 on.
 */
int machine_drive_make(const struct change *change, unsigned int serial,
		       struct buf *image, struct error *error);

/* The name of the current config drive; the caller owns it. */
char *machine_drive_name(const struct change *change);

/* The machine's context; the caller releases it with json_object_put(). */
json_object *machine_context(const struct change *change,
			     const struct machine_address *address, const char *metadata);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's metadata, kept in the <metadata> of its domain: Vmango's and ours. */
#ifndef PROVISION_HOST_METADATA_H
#define PROVISION_HOST_METADATA_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "leases/mac.h"

/*
 * There are two elements, each in its own namespace, as libvirt requires
 * (https://libvirt.org/formatdomain.html#general-metadata).
 *
 * Vmango's, with the names and the structure that Vmango 0.x and 1.x write and read
 * (github.com/subuk/vmango: METADATA_TEMPLATE in src/vmango/dal/machinerep_libvirt.go,
 * domainXMLConfig in machinerep_libvirt_xml.go):
 *
 *   <vmango:md xmlns:vmango="http://vmango.org/schema/md">
 *     <vmango:imageId>, <vmango:os>, <vmango:creator>, <vmango:plan>
 *     <vmango:sshkeys><vmango:key name="me">ssh-ed25519 ...</vmango:key></vmango:sshkeys>
 *     <vmango:userdata>, with userdata_metadata = yes, or of a machine that 0.1 created
 *   </vmango:md>
 *
 * Ours, which records what the machine owns or is about to own:
 *
 *   <tools:machine xmlns:tools="https://vmango.org/schema/tools" state="being-created"
 *                  run="TOKEN" last="TOKEN" protect="yes">
 *     <tools:batch name="lab" file="/root/lab.ini"/>, with adopted="UUID" as="NAME" if
 *                  the domain's UUID is not derived from the batch's name
 *     <tools:input hash="..."/>
 *     <tools:instance serial="1" drive="..."/>
 *     <tools:userdata hash="..." size="BYTES"/>, since every local user can read metadata
 *     <tools:volume pool="default" name="web-1_disk"/> for each; while it is created
 *                   or deleted also capacity="BYTES" image="BYTES" backing="PATH"
 *                   format="qcow2"
 *     <tools:reservation network="vmango" mac="52:54:00:..." ip="192.168.124.10"
 *                        name="web-1"/>; with script="yes" a network script's
 *   </tools:machine>
 */
#define METADATA_VMANGO_URI "http://vmango.org/schema/md"
#define METADATA_TOOLS_URI  "https://vmango.org/schema/tools"

enum {
	METADATA_NAME_MAX = 255,	     /* bytes of each short text */
	METADATA_FILE_MAX = 4096,	     /* bytes of the batch file's path */
	METADATA_KEY_MAX = 16 * 1024,	     /* bytes of an SSH key */
	METADATA_KEYS_MAX = 1000,	     /* SSH keys */
	METADATA_VOLUMES_MAX = 64,	     /* volumes of a machine */
	METADATA_USERDATA_MAX = 1024 * 1024, /* bytes */
	METADATA_SERIAL_MAX = 1000000000,    /* of the instance id */
	METADATA_XML_MAX = 3 * 1024 * 1024,  /* bytes of both elements: strings in
						libvirt's protocol have up to 4 MiB */
};

/*
 * `run` is the token of the run that created the machine, `last` that of the last one
 * that changed it or removes it (struct owner). Only that run, or a later one that owns
 * the batch, may roll back a machine that is not "ready". Version 0.1 writes "creating"
 * for both other states; it refuses these two words, so it does not roll back a machine
 * that a newer version is creating.
 */
enum metadata_state {
	METADATA_CREATING, /* the objects that it names may not exist yet, or any more */
	METADATA_REMOVING, /* the objects that it names may not exist any more */
	METADATA_READY,
};

struct metadata_key {
	char *name, *public;
};

struct metadata_volume {
	char *pool, *name;
	/* While it is created or deleted, else 0: they distinguish it from another volume
	 * of this name. */
	uint64_t capacity_bytes,
		image_bytes; /* its final capacity, or its image's until it is resized */
	char *backing;	     /* path of its backing file; NULL: none */
	char *format;	     /* libvirt's name for it; NULL: not known */
};

struct metadata_reservation {
	char *network; /* NULL: no reservation */
	uint8_t mac[MAC_SIZE];
	struct in_addr ip;
	char *name;
	bool by_script; /* assigned by a network script; `ip` is 0 until it is known */
};

/* Owns its members (metadata_free()); zeroed is empty. */
struct metadata {
	bool has_vmango; /* Vmango's element exists, or is to be written */
	char *image_id, *os, *creator, *plan; /* NULL: missing, or not to be written */
	ARRAY(struct metadata_key) keys;
	char *userdata; /* NULL: none; a NUL follows its bytes */
	size_t userdata_size;

	bool has_tools; /* the same for our element */
	enum metadata_state state;
	char *token;	  /* of the run that created it; NULL: by version 0.1 */
	char *last_token; /* of the one that changed it last or removes it; NULL: none */
	char *batch;	  /* the name of its batch */
	char *batch_file; /* of the last run; NULL: unknown */
	char *adopted;	  /* UUID of an adopted domain; NULL: the batch created it */
	char *adopted_name; /* its name then; NULL if `adopted` is */
	bool protect;	    /* it must not be deleted */
	char *input_hash;   /* of the batch's input when the machine was created */
	unsigned int instance_serial; /* incremented with each new config drive */
	char *drive_hash;	      /* of the config drive's content; NULL: unknown */
	char *userdata_hash; /* machine_data_hash(); NULL: none, or created by version 0.1
			      */
	size_t userdata_hash_size; /* bytes of the user data */
	ARRAY(struct metadata_volume) volumes;
	struct metadata_reservation reservation;
};

void metadata_free(struct metadata *metadata);

/* Whether a run has begun to remove the machine, complete or not. */
bool metadata_is_removed(const struct metadata *metadata);

/* The token of the run that creates or removes the machine; borrowed. */
const char *metadata_worker(const struct metadata *metadata);

/* Removes a volume from the list. */
void metadata_volume_drop(struct metadata *metadata, size_t index);

/*
 * Reads both elements of a domain's XML; if one is missing, its `has_` member is false.
 * Vmango's element is written by other programs: values that are too long or too many are
 * left out, and the blanks that Vmango puts around user data are kept. Ours must be as
 * metadata_xml() writes it, otherwise this fails with "tools:machine: ..."; unknown
 * children and attributes are ignored. Also fails if the text is not well-formed XML, has
 * a document type declaration, or is larger than XML_SIZE_MAX. The caller frees
 * `metadata`; on failure it is zeroed.
 */
int metadata_parse(const char *domain_xml, size_t size, struct metadata *metadata,
		   struct error *error);

#endif

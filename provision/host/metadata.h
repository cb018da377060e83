/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a domain's <metadata> tells about its machine, to Vmango and to us. */
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
 * Two elements stand beside each other, each in its own namespace, as libvirt wants it
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
 * Ours, which says what a run owns or is about to own:
 *
 *   <tools:machine xmlns:tools="https://vmango.org/schema/tools" state="being-created"
 *                  run="TOKEN" protect="yes">
 *     <tools:batch name="lab" file="/root/lab.ini"/>; with adopted="UUID" of a domain
 *                   whose UUID is not made of the batch's name
 *     <tools:input hash="..."/>
 *     <tools:instance serial="1" drive="..."/>
 *     <tools:userdata hash="..." size="BYTES"/>, since every local user can read metadata
 *     <tools:volume pool="default" name="web-1_disk"/> for each; while it is made or
 *                   deleted also capacity="BYTES" image="BYTES" backing="PATH"
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
	METADATA_XML_MAX = 3 * 1024 * 1024,  /* bytes of both elements: a libvirt message
						holds strings of up to 4 MiB */
};

/*
 * `run` is the token of the run that created the machine or removes it (struct owner);
 * only that run, or one that owns the batch after it, may roll back a machine that is not
 * "ready". Version 0.1 knows neither word and refuses, so that it rolls back no machine
 * that is just being created; its own word for both is "creating".
 */
enum metadata_state {
	METADATA_CREATING, /* what it names may or may not exist */
	METADATA_REMOVING, /* the same */
	METADATA_READY,
};

struct metadata_key {
	char *name, *public;
};

struct metadata_volume {
	char *pool, *name;
	/* While it is made or deleted, else 0: by these it is told from a volume that
	 * somebody else gave this name. */
	uint64_t capacity_bytes, image_bytes; /* one or the other, as far as it came */
	char *backing;			      /* path of the image below; NULL: none */
};

struct metadata_reservation {
	char *network; /* NULL: there is no reservation */
	uint8_t mac[MAC_SIZE];
	struct in_addr ip;
	char *name;
	bool by_script; /* not libvirt's; `ip` is 0 until the script has told it */
};

/* Owns all of it (metadata_free()); zeroed is empty. */
struct metadata {
	bool has_vmango; /* Vmango's element is there, or to be written */
	char *image_id, *os, *creator, *plan; /* NULL: not there, or not to be written */
	ARRAY(struct metadata_key) keys;
	char *userdata; /* NULL: none; ended by a NUL that its size does not count */
	size_t userdata_size;

	bool has_tools; /* the same of ours */
	enum metadata_state state;
	char *token;	  /* of the run that created it or removes it; NULL: 0.1's */
	char *batch;	  /* its name, by which a batch knows its own machines */
	char *batch_file; /* where it was read from last; NULL: not known */
	char *adopted;	  /* UUID of a domain of others; NULL: the batch created it */
	bool protect;	  /* it is not to be deleted */
	char *input_hash; /* of what the batch said when the machine was made */
	unsigned int instance_serial; /* grows with each config drive of new content */
	char *drive_hash;	      /* of that content; NULL: not known */
	char *userdata_hash; /* machine_data_hash(); NULL: none, or created by 0.1 */
	size_t userdata_hash_size; /* bytes of what it is of */
	ARRAY(struct metadata_volume) volumes;
	struct metadata_reservation reservation;
};

void metadata_free(struct metadata *metadata);
/* Takes a volume out of the list. */
void metadata_volume_drop(struct metadata *metadata, size_t index);

/*
 * Reads both elements of a domain's XML; one that is not there has its `has_` member
 * false. Others write Vmango's element: what is too long or too many in it is left out,
 * and Vmango's own blanks around user data are kept. Ours must be as metadata_xml()
 * writes it, else this fails with "tools:machine: ..."; children and attributes that are
 * not known are not looked at. Fails also on what is no XML, has a document type
 * declaration, or is larger than XML_SIZE_MAX. The caller frees `metadata`; on failure it
 * is left zeroed.
 */
int metadata_parse(const char *domain_xml, size_t size, struct metadata *metadata,
		   struct error *error);

#endif

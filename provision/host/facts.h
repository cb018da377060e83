/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was read about a hypervisor: plain data, without a connection. */
#ifndef PROVISION_HOST_FACTS_H
#define PROVISION_HOST_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <uuid/uuid.h>

#include "imagetool/image_marks.h"
#include "imagetool/image_name.h"
#include "leases/mac.h"
#include "provision/batch/batch.h"
#include "provision/host/domain_disk.h"
#include "provision/host/domain_hardware.h"
#include "provision/host/network.h"
#include "provision/host/storage_pool.h"
#include "provision/host/metadata.h"

struct facts_pool {
	char *name,
		*type; /* libvirt's pool type: "dir", "logical", ...; NULL: not read */
	char *path;    /* of its target on the hypervisor; NULL: it has none */
	uint64_t free_bytes;
};

struct facts_image {
	struct image_name name;
	char *id, *path; /* path NULL: only its name was read (see struct host) */
	uint64_t size_bytes, virtual_size_bytes;
	uint64_t changed_s; /* since 1970; 0: unknown */
};

struct facts_volume {
	char *name;
	uint64_t capacity_bytes; /* 0: not read */
	bool is_block;		 /* the pool may have rounded its capacity up */
	bool is_gone;		 /* the pool lists it, but its file does not exist */
	char *format; /* of a root disk that its machine does not have; NULL: not read */
};

struct facts_mac {
	uint8_t mac[MAC_SIZE];
};

/* What a domain is doing, as far as it matters for the same machine on another
 * hypervisor. */
enum facts_activity {
	FACTS_ACTIVITY_UNKNOWN, /* not read, or could not be read */
	FACTS_OFF,
	FACTS_RUNS, /* or is paused: its guest uses the disk */
	FACTS_MIGRATES,
};

struct facts_domain {
	char *name;
	char uuid[UUID_STR_LEN];
	bool active, autostart;
	bool is_paused;	    /* it is active, but its CPUs are stopped */
	bool is_transient;  /* active, and no longer defined */
	bool is_unreadable; /* its metadata can't be parsed, and are empty here */
	/* Of the persistent configuration. */
	uint64_t memory_bytes;
	unsigned int cpus, cpus_online; /* at the next start; the rest can be added */
	struct metadata metadata;
	bool is_overwritten; /* see domain_metadata_prefer() */
	ARRAY(struct facts_mac) macs;
	struct domain_disks disks;
	/* Of the persistent configuration, and of the running guest; not known for
	 * domains of others. */
	struct domain_hardware hardware, live;
	/* Read for domains that exist on two hypervisors. */
	enum facts_activity activity;
	bool is_settled;   /* see domain_is_settled_in() */
	bool is_idle;	   /* see domain_is_off() */
	bool was_migrated; /* see domain_was_migrated() */
};

struct facts {
	const struct batch_hypervisor *config; /* borrowed */
	bool is_reached;		       /* false: nothing else is known */
	char *unreachable;		       /* why; NULL otherwise */
	char *denied; /* why the connection is read-only; NULL: it is not */
	/* What is missing or could not be read, with the reasons. */
	ARRAY(char *) problems;
	char *uri; /* of the connection, as libvirt reports it */
	/* From a document of others: its URI may name a program, and is not advised. */
	bool is_recorded;
	char *host_uuid; /* from its capabilities; NULL: not read */
	char *arch;	 /* libvirt's name for its own architecture */
	bool has_capabilities;
	ARRAY(char *) kvm_archs; /* architectures of guests that can use KVM */
	uint64_t memory_bytes;	 /* in total */
	struct facts_pool images_pool, root_pool;
	struct network network;
	ARRAY(struct facts_image) images;
	struct image_marks unfinished; /* images that an import has not finished */
	ARRAY(struct facts_domain) domains;
	ARRAY(struct facts_volume) volumes; /* of the root pool */
	bool volumes_are_old;		    /* the list may lack some */
};

/* Frees what it owns and zeroes it. */
void facts_free(struct facts *facts);

/* Whether both describe one hypervisor, as far as the URIs of the connections show. */
bool facts_are_same(const struct facts *one, const struct facts *other);

/* The URI for commands that messages advise; NULL: only the default one is safe. */
const char *facts_command_uri(const struct facts *facts);

/* NULL if none exists. */
const struct facts_domain *facts_domain_find(const struct facts *facts, const char *name);
const struct facts_domain *facts_domain_by_uuid(const struct facts *facts,
						const char *uuid);

/* "running", "paused" or "stopped". */
const char *facts_domain_state_name(const struct facts_domain *domain);

const struct facts_volume *facts_volume_find(const struct facts *facts, const char *name);

/* Whether a volume, or a reservation of the running network, is known not to exist; false
 * when that was not read. */
bool facts_volume_is_missing(const struct facts *facts,
			     const struct metadata_volume *volume);
bool facts_reservation_is_missing(const struct facts *facts,
				  const struct metadata_reservation *reservation);

/* Its two pools, for storage_pools_check(); borrowed. */
struct storage_pools facts_pools(const struct facts *facts);

/* Whether a domain, or a reservation of the network, has the MAC address. */
bool facts_mac_is_taken(const struct facts *facts, const uint8_t mac[static MAC_SIZE]);

/*
 * The image that `wanted` names: by its Id, or by an OS, which selects the newest image
 * for `arch` (NULL: the hypervisor's own). If none exists, NULL and an error that
 * suggests the nearest name. `error` may be NULL.
 */
const struct facts_image *facts_image_find(const struct facts *facts, const char *wanted,
					   const char *arch, struct error *error);

/*
 * "kvm" or "qemu" for guests of `arch`: as the batch says, else as the hypervisor's
 * capabilities allow; "qemu" if these were not read.
 */
const char *facts_domain_type(const struct facts *facts, const char *arch);

#endif

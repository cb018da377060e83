/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hypervisor of the batch: its connection, and what was found on it. */
#ifndef PROVISION_HOST_HOST_H
#define PROVISION_HOST_HOST_H

#include <libvirt/libvirt.h>
#include <pthread.h>
#include <stdbool.h>

#include "imagetool/image_marks.h"
#include "imagetool/image_name.h"
#include "leases/mac.h"
#include "provision/batch/batch.h"
#include "provision/machine/context.h"
#include "provision/host/domain_disk.h"
#include "provision/machine/metadata.h"
#include "provision/host/network.h"
#include "provision/host/owner_lock.h"
#include "provision/host/storage_pool.h"
#include "provision/template/template.h"

struct host_pool {
	virStoragePoolPtr pool;
	char *name, *type; /* libvirt's pool type: "dir", "logical", ... */
	char *path;	   /* where its volumes are on the hypervisor */
	uint64_t free_bytes;
};

struct host_image {
	struct image_name name;
	char *id, *path;
	uint64_t size_bytes, virtual_size_bytes;
	uint64_t changed_s; /* since 1970; 0: not known */
};

struct host_mac {
	uint8_t mac[MAC_SIZE];
};

struct host_domain {
	char *name;
	char uuid[VIR_UUID_STRING_BUFLEN];
	bool active, autostart;
	bool is_unreadable; /* its metadata can't be understood, and are empty here */
	/* Of the configuration that is kept. */
	uint64_t memory_bytes;
	unsigned int cpus;
	struct metadata metadata;
	bool is_overwritten; /* see machine_metadata_prefer_live() */
	ARRAY(struct host_mac) macs;
	struct domain_disks disks;
};

struct host_use;

struct host {
	const struct batch_hypervisor *config;
	virConnectPtr connection; /* NULL: it can't be reached */
	char *arch;		  /* libvirt's name for its own architecture */
	/* Found when first asked for; see host_domain_type(). */
	char *domain_type_arch;
	const char *domain_type;
	uint64_t memory_bytes; /* all of it */
	struct host_pool images_pool, root_pool;
	virNetworkPtr network_handle;
	struct network network;
	ARRAY(struct host_image) images;
	struct image_marks unfinished; /* images that an import has not finished */
	ARRAY(struct host_domain) domains;
	ARRAY(char *) volumes; /* names in the root pool */
	struct template *vm_template, *volume_template;
	/* Guards what workers change: the network's reservations, `handed`. */
	pthread_mutex_t lock;
	ARRAY(struct in_addr) handed;  /* addresses given to machines in this run */
	pthread_mutex_t defining_lock; /* held while a domain is defined */
	/* See host_line.h. */
	pthread_mutex_t lines_lock, opening_lock;
	ARRAY(struct host_connection *) lines;
	char *line_uri;		  /* NULL: no more can be had */
	struct owner_lock *owner; /* of this run; NULL: it changes nothing */
	struct host_use *use;	  /* see host_use.h */
	/* All hypervisors of the batch, this one too, ended by NULL; borrowed. */
	struct host *const *all;
};

/* Connects. On failure `host` is still there, without a connection. Free it either way.
 */
int host_open(struct host *host, const struct batch_hypervisor *config,
	      struct error *error);
void host_free(struct host *host);

enum host_part {
	HOST_DOMAINS = 1,
	HOST_NETWORK = 2,
	HOST_STORAGE = 4, /* pools, images, names of volumes */
	HOST_TEMPLATES = 8,
	HOST_ALL = 15,
};

/*
 * Finds what the batch needs of `parts` (enum host_part, or-ed); pools and network must
 * be there and active. Every problem goes to `errors` with its place in the batch.
 * Returns -1 when there was any.
 */
int host_survey(struct host *host, unsigned int parts, struct error_list *errors);

/* Reads the two templates, for which no connection is needed. */
int host_templates_load(struct host *host, struct error_list *errors);

/* Whether both are connections to one hypervisor, as far as their URIs tell. */
bool host_is_same(const struct host *host, const struct host *other);

/* NULL when there is none. */
const struct host_domain *host_domain_find(const struct host *host, const char *name);
const struct host_domain *host_domain_by_uuid(const struct host *host, const char *uuid);
/*
 * The capacity of a volume in the root pool, in bytes; `wanted_bytes` when the pool has
 * only rounded that up; 0 when there is no such volume.
 */
uint64_t host_volume_size(const struct host *host, const char *name,
			  uint64_t wanted_bytes);
/* Its two pools, for what can be done with them; borrowed. */
struct storage_pools host_pools(const struct host *host);
bool host_has_volume(const struct host *host, const char *name);
bool host_mac_taken(const struct host *host, const uint8_t mac[static MAC_SIZE]);

/*
 * The image that `wanted` names: an Id, or an OS of which the newest image of `arch`
 * counts. NULL with the reason, and the nearest there is, when there is none.
 */
const struct host_image *host_image_find(const struct host *host, const char *wanted,
					 const char *arch, struct error *error);

/*
 * "kvm" or "qemu" for guests of `arch`, as the batch says or as the hypervisor can, which
 * it is asked for once. Not for several threads.
 */
const char *host_domain_type(struct host *host, const char *arch);

/* For struct context; borrowed from `host` and `image`. */
struct context_image host_context_image(const struct host *host,
					const struct host_image *image);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domains that another tool created, as machines of a batch. */
#ifndef PROVISION_HOST_DOMAIN_EXPORT_H
#define PROVISION_HOST_DOMAIN_EXPORT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/error.h"
#include "common/mem.h"
#include "leases/mac.h"
#include "provision/host/metadata.h"

/* What a batch can express of a domain. Zeroed is empty; domain_export_free() frees it.
 */
struct domain_export {
	char *name;
	uint64_t memory_bytes;
	unsigned int cpus;
	bool has_mac;
	uint8_t mac[MAC_SIZE];
	char *network;	 /* libvirt's, of the first interface; NULL: none */
	char *disk_path; /* of the first disk; NULL: none, or no path */
	char *image;	 /* an image's Id, or an OS; NULL: unknown */
	struct metadata metadata;
	struct error_list notes; /* what a batch can't express, one line each */
	/* Not in the domain's XML; set by the caller. */
	bool autostart, has_address;
	struct in_addr address; /* reserved for it */
	char *pool;		/* of the first disk; NULL: none */
	uint64_t disk_bytes;	/* its capacity; 0: unknown */
};

/*
 * Reads a domain's XML (https://libvirt.org/formatdomain.html). The image is the one in
 * Vmango's metadata, else the OS that virt-install and virt-manager record there, in the
 * form of an image's name. Fails if its name is not valid for a machine of a batch. The
 * caller frees `domain` in both cases.
 */
int domain_export_read(const char *xml, size_t size, struct domain_export *domain,
		       struct error *error);
void domain_export_free(struct domain_export *domain);

#endif

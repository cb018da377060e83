/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a batch for domains of others. */
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

/* What a batch can say of a domain. Zeroed is empty; domain_export_free() frees it. */
struct domain_export {
	char *name;
	uint64_t memory_bytes;
	unsigned int cpus;
	bool has_mac;
	uint8_t mac[MAC_SIZE];
	char *network;	 /* of the first interface; NULL: none of libvirt's */
	char *disk_path; /* of the first disk; NULL: none, or no path */
	char *image;	 /* an image's Id, or an OS; NULL: not known */
	struct metadata metadata;
	struct error_list notes; /* what a batch can't say, a line each */
	/* What the domain's XML does not say, for the caller to set. */
	bool autostart, has_address;
	struct in_addr address; /* reserved for it */
	char *pool;		/* of the first disk; NULL: none */
	uint64_t disk_bytes;	/* its capacity; 0: not known */
};

/*
 * Reads a domain (https://libvirt.org/formatdomain.html) as its configuration is. The
 * image is that of Vmango's metadata, else the OS that virt-install and virt-manager
 * note, as the images of that OS are named. Fails when a batch can't have a machine of
 * its name. The caller frees `domain` in both cases.
 */
int domain_export_read(const char *xml, size_t size, struct domain_export *domain,
		       struct error *error);
void domain_export_free(struct domain_export *domain);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hardware of a domain, as far as a batch and its template describe it. */
#ifndef PROVISION_HOST_DOMAIN_HARDWARE_H
#define PROVISION_HOST_DOMAIN_HARDWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/mem.h"
#include "common/xml.h"
#include "leases/mac.h"

/* Texts are as the XML has them; NULL where it has none. */
struct hardware_nic {
	bool has_mac;
	uint8_t mac[MAC_SIZE];
	char *source; /* the network, bridge or host device that it is connected to */
	char *model;  /* "virtio" */
	bool is_down; /* like a cable that is not plugged in */
	char *port; /* UUID of its port in libvirt's network, while it runs; NULL: none */
	/* The running network has no such port: it was restarted, without its guests. */
	bool is_detached;
};

struct hardware_disk {
	char *target, *bus; /* "vda", "virtio" */
	char *path;	    /* of its file or block device; NULL: no medium, or no path */
};

/* Zeroed, nothing is known. */
struct domain_hardware {
	bool is_known;
	uint64_t memory_bytes;	   /* that the guest has */
	uint64_t memory_max_bytes; /* that it could have without a restart */
	unsigned int cpus, cpus_max;
	char *type; /* "kvm" or "qemu" */
	char *machine_type;
	char *cpu_mode; /* "host-model" */
	char *firmware; /* "efi", or the path of its loader */
	ARRAY(struct hardware_nic) nics;
	ARRAY(struct hardware_disk) disks;
};

/*
 * Reads <domain> (https://libvirt.org/formatdomain.html), live or inactive, of libvirt or
 * rendered by a template. The caller frees `hardware`.
 */
void domain_hardware_read(struct xml *domain, struct domain_hardware *hardware);
void domain_hardware_free(struct domain_hardware *hardware);

/* The NIC with that MAC address; NULL if there is none. */
const struct hardware_nic *domain_hardware_nic(const struct domain_hardware *hardware,
					       const uint8_t mac[static MAC_SIZE]);

/* The disk with that target; NULL if there is none. */
const struct hardware_disk *domain_hardware_disk(const struct domain_hardware *hardware,
						 const char *target);

/*
 * The <interface> with the address `mac` of `domain_xml`, connected to what that of
 * `wanted_xml` is, and with its model, for virDomainUpdateDeviceFlags(); the one of
 * `wanted_xml` as it is if `domain_xml` has none. With `is_down`, its link is down. The
 * caller owns it; NULL if `wanted_xml` has none.
 */
char *domain_hardware_nic_changed(const char *domain_xml, const char *wanted_xml,
				  const uint8_t mac[static MAC_SIZE], bool is_down,
				  struct error *error);

#endif

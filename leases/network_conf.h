/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NET.conf: what libvirt tells the dnsmasq of a network. */
#ifndef LEASES_NETWORK_CONF_H
#define LEASES_NETWORK_CONF_H

#include <net/if.h>
#include <stddef.h>

#include "common/error.h"

enum { NETWORK_CONF_SIZE_MAX = 4 * 1024 * 1024 };

/* All owned; NULL when the file does not say. */
struct network_conf {
	char *bridge;	  /* interface=; a name that the kernel takes */
	char *lease_file; /* dhcp-leasefile=: libvirt before 1.2.11 */
	char *hosts_file; /* dhcp-hostsfile= */
};

/*
 * Reads `size` bytes of dnsmasq's configuration format. Of each key the first counts,
 * since lines from <dnsmasq:option> follow libvirt's own. Lines that are too long or
 * binary, and other keys, are stepped over. Fails if `interface` is no interface name;
 * `conf` is then left alone. The caller frees it.
 */
int network_conf_parse(const char *text, size_t size, struct network_conf *conf,
		       struct error *error);
void network_conf_free(struct network_conf *conf);

/*
 * A network's name as a part of a file name: not empty, not "." or "..", without "/", at
 * most 200 bytes. Fails with why it is none.
 */
int network_name_check(const char *name, struct error *error);

/* The same for the name of a bridge: 1 to IFNAMSIZ - 1 bytes, no "/", ":" or space. */
int bridge_name_check(const char *name, struct error *error);

#endif

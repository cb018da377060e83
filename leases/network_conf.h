/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads NET.conf, the configuration that libvirt writes for a network's dnsmasq. */
#ifndef LEASES_NETWORK_CONF_H
#define LEASES_NETWORK_CONF_H

#include <net/if.h>
#include <stddef.h>

#include "common/error.h"

enum { NETWORK_CONF_SIZE_MAX = 4 * 1024 * 1024 };

/* Texts are owned; NULL when the file does not have the key. */
struct network_conf {
	char *bridge;	  /* interface=; a valid interface name */
	char *lease_file; /* dhcp-leasefile=; libvirt before 1.2.11 */
	char *hosts_file; /* dhcp-hostsfile= */
};

/*
 * Reads `size` bytes in dnsmasq's configuration format. The first line with a key is
 * used, since lines from <dnsmasq:option> follow libvirt's own. Lines that are too long
 * or binary, and other keys, are skipped. Fails if `interface` is not an interface name;
 * `conf` is then unchanged. The caller frees it.
 */
int network_conf_parse(const char *text, size_t size, struct network_conf *conf,
		       struct error *error);
void network_conf_free(struct network_conf *conf);

/*
 * Checks that a network's name is safe as a part of a file name: not empty, not "." or
 * "..", without "/", at most 200 bytes.
 */
int network_name_check(const char *name, struct error *error);

/* Checks the name of a bridge: 1 to IFNAMSIZ - 1 bytes, no "/", ":" or space. */
int bridge_name_check(const char *name, struct error *error);

#endif

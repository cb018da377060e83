/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the bridge of a libvirt network in libvirt's files. */
#ifndef LEASES_NETWORK_BRIDGE_H
#define LEASES_NETWORK_BRIDGE_H

#include <stddef.h>

#include "common/error.h"

enum { NETWORK_STATE_SIZE_MAX = 4 * 1024 * 1024 };

/*
 * Reads the live state of a network, `size` bytes of /run/libvirt/network/NET.xml (root
 * element `networkstatus`). `*bridge` is a valid interface name, owned by the caller;
 * NULL for a network without a bridge (macvtap, SR-IOV). The bridge may be one of the
 * host, an Open vSwitch, or that of another libvirt network; whether it has a DHCP server
 * of libvirt is known by lease_file_find(). Fails if the text is not a network's state;
 * `*bridge` is then unchanged.
 */
int network_state_parse(const char *text, size_t size, char **bridge,
			struct error *error);

/*
 * Finds the bridge of a network by its name: in NET.xml in `state_directory`, else in
 * NET.conf in `conf_directory`; `*bridge` is NULL if neither exists. Fails if the name is
 * not valid in a path (network_name_check()).
 */
int network_bridge_find(const char *state_directory, const char *conf_directory,
			const char *network, char **bridge, struct error *error);

#endif

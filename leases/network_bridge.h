/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge of a libvirt network, on which a dnsmasq may listen. */
#ifndef LEASES_NETWORK_BRIDGE_H
#define LEASES_NETWORK_BRIDGE_H

#include <stddef.h>

#include "common/error.h"

enum { NETWORK_STATE_SIZE_MAX = 4 * 1024 * 1024 };

/*
 * Reads the live state of a network, `size` bytes of /run/libvirt/network/NET.xml (root
 * element `networkstatus`). `*bridge` is a name that the kernel takes and the caller's,
 * or NULL for a network without one (macvtap, SR-IOV), which so has no dnsmasq. The
 * bridge may also be the host's, an Open vSwitch, or that of another libvirt network:
 * lease_file_find() tells whether somebody hands out leases there. Fails on what is not
 * such a state, with `*bridge` left alone.
 */
int network_state_parse(const char *text, size_t size, char **bridge,
			struct error *error);

/*
 * The same for a network by its name: from NET.xml in `state_directory`, else from
 * NET.conf in `conf_directory`. Where neither is, there is no bridge. Names that are no
 * part of a path (network_name_check()) are refused.
 */
int network_bridge_find(const char *state_directory, const char *conf_directory,
			const char *network, char **bridge, struct error *error);

#endif

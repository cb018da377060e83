/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bridge on which a libvirt network's dnsmasq listens. */
#ifndef LEASES_NETWORK_BRIDGE_H
#define LEASES_NETWORK_BRIDGE_H

#include <stddef.h>

#include "common/error.h"

enum { NETWORK_STATE_SIZE_MAX = 4 * 1024 * 1024 };

/*
 * Reads the live state of a network, `size` bytes of /run/libvirt/network/NET.xml (root
 * element `networkstatus`). `*bridge` is a name that the kernel takes and the caller's,
 * or NULL for a network whose bridge is not libvirt's own (macvtap, Open vSwitch, host
 * bridge, SR-IOV), and which so has no dnsmasq. Fails on what is not such a state, with
 * `*bridge` left alone.
 */
int network_state_parse(const char *text, size_t size, char **bridge,
			struct error *error);

/*
 * The same for a network by its name: from NET.xml in `state_directory`, else from
 * NET.conf in `conf_directory`. Where neither is, there is no dnsmasq. Names that are no
 * part of a path (network_name_check()) are refused.
 */
int network_bridge_find(const char *state_directory, const char *conf_directory,
			const char *network, char **bridge, struct error *error);

#endif

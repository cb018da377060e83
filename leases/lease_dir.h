/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a directory of libvirt's lease files without asking libvirt. */
#ifndef LEASES_LEASE_DIR_H
#define LEASES_LEASE_DIR_H

#include "common/error.h"
#include "leases/lease.h"
#include "leases/machine_nics.h"
#include "leases/net.h"

/* libvirt's own directory. */
#define LEASE_DIR_DEFAULT "/var/lib/libvirt/dnsmasq"

/*
 * Appends all leases, also expired ones: of each BRIDGE.status, and of NET.leases if the
 * network has no such file. The network of BRIDGE.status is read from NET.conf, which
 * only root can read; that of NET.leases is its name. These networks are appended to
 * `nets` as active, with their bridges. Machines with their NICs are read from
 * BRIDGE.macs, which lists those connected to the bridge.
 *
 * A file that can't be read or is invalid is reported in `problems`, as are invalid
 * entries, and does not affect the others. Fails only if the directory can't be read.
 */
int lease_dir_read(const char *directory, struct lease_list *leases,
		   struct net_list *nets, struct machine_list *machines,
		   struct error_list *problems, struct error *error);

#endif

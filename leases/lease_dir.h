/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory of libvirt's lease files, read without libvirt. */
#ifndef LEASES_LEASE_DIR_H
#define LEASES_LEASE_DIR_H

#include "common/error.h"
#include "leases/lease.h"
#include "leases/machine_nics.h"
#include "leases/net.h"

/* Where libvirt has it. */
#define LEASE_DIR_DEFAULT "/var/lib/libvirt/dnsmasq"

/*
 * Appends the leases of each BRIDGE.status and, where a network has no such file, of
 * NET.leases; expired ones as well. Their network is known where NET.conf can be read,
 * which takes root, else for NET.leases alone; such networks go to `nets`, with their
 * bridges, as active. From BRIDGE.macs come the machines that have been plugged in, with
 * their names and cards.
 *
 * A file that can't be read or is broken is named in `problems`, and so are broken
 * entries; the others count. Fails only if the directory can't be read.
 */
int lease_dir_read(const char *directory, struct lease_list *leases,
		   struct net_list *nets, struct machine_list *machines,
		   struct error_list *problems, struct error *error);

#endif

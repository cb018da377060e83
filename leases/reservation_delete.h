/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Deletes a reservation from a libvirt network. */
#ifndef LEASES_RESERVATION_DELETE_H
#define LEASES_RESERVATION_DELETE_H

#include <libvirt/libvirt.h>

#include "common/error.h"
#include "leases/lease.h"

/*
 * Deletes the <host> with the MAC and address of `reservation` from its network, in the
 * live and in the persistent configuration. A lease of the address is not released. Fails
 * if neither configuration has the <host>, or libvirt fails.
 */
int lease_reservation_delete(virConnectPtr connection, const struct lease *reservation,
			     struct error *error);

#endif

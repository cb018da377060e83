/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Taking a reservation out of a libvirt network. */
#ifndef LEASES_RESERVATION_DELETE_H
#define LEASES_RESERVATION_DELETE_H

#include <libvirt/libvirt.h>

#include "common/error.h"
#include "leases/lease.h"

/*
 * Removes the <host> with the lease's MAC and address from its network, from what is live
 * and what is kept. A lease that is held on it stays.
 */
int reservation_delete(virConnectPtr connection, const struct lease *reservation,
		       struct error *error);

#endif

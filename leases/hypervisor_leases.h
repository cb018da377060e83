/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of a survey that its files share. */
#ifndef LEASES_HYPERVISOR_LEASES_H
#define LEASES_HYPERVISOR_LEASES_H

#include "leases/hypervisor.h"

/* Reads the leases of all active networks: from their files where these are ours to read
 * and belong to the network, else by libvirt. */
void survey_read_leases(struct survey *survey);

/* Cards on the bridge of a libvirt network are in that network; from machine number
 * `first_machine` on. */
void survey_join_nets(struct survey *survey, size_t first_machine);

#endif

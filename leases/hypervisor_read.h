/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the networks, leases and machines of a hypervisor. */
#ifndef LEASES_HYPERVISOR_READ_H
#define LEASES_HYPERVISOR_READ_H

#include <stdbool.h>

#include "common/error.h"
#include "leases/hypervisor.h"

/*
 * Reads networks and leases; without a connection, from the files, also machines. A
 * network that can't be read is recorded in `facts.problems` and does not affect the
 * others. Fails when nothing can be read.
 */
int hypervisor_read(struct hypervisor *hypervisor, struct error *error);

/* Reads the leases of the known networks again. */
void hypervisor_reread(struct hypervisor *hypervisor);

/* Reads all machines. Does nothing without a connection. On failure, the reason is added
 * to `errors`. */
int hypervisor_read_machines(struct hypervisor *hypervisor, struct error_list *errors);

/* Finds a machine by its name, else by its UUID, and reads it if it is not known yet;
 * false when it does not exist. */
bool hypervisor_find_machine(struct hypervisor *hypervisor, const char *name);

#endif

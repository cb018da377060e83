/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds out, after a signal, whether a hypervisor still answers. */
#ifndef COMMON_VIRT_ASKER_H
#define COMMON_VIRT_ASKER_H

#include <libvirt/libvirt.h>

#include "common/interrupt.h"

/*
 * Starts a thread with another connection like this one, since calls on one connection
 * may wait for each other. NULL if there can't be a thread, or such a connection, as it
 * would ask for a password (virt_open_quiet_uri()), or `connection` is NULL. Ends by
 * virt_asker_end(), which does not wait for an answer.
 */
struct virt_asker *virt_asker_begin(virConnectPtr connection);
void virt_asker_end(struct virt_asker *asker);

/* For interrupt_undo_begin(), until virt_asker_end(); NULL for NULL. */
struct interrupt_place *virt_asker_place(struct virt_asker *asker);

#endif
